import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reproduce, type ReproduceOptions } from '@unitscope/reproduction';
import { onnxBytes, type OnnxSpec, type TensorSpec } from '../../packages/models/test/onnx-builder.ts';
import { conv, op, random } from '../../packages/models/test/onnx-parts.ts';
import { safetensorsBytes, type Written } from '../../packages/models/test/weights/weight-writer.ts';

/** Units of each convolution, of 16×16 maps and then 8×8 ones. */
const UNITS = 6;
const LAYERS = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
let folder: string;

/** Six convolutions, each but the first and the last with a batch norm and an activation: ReLU, or ReLU6. */
function network(activation: 'Relu' | 'Clip', size: number | string = 32): Uint8Array {
  return onnxBytes(networkSpec(activation, size));
}

function networkSpec(activation: 'Relu' | 'Clip', size: number | string): OnnxSpec {
  const nodes = [];
  const weights: Record<string, TensorSpec> = {
    low: { dims: [], values: [0] },
    high: { dims: [], values: [6] },
    fc: random([UNITS, 10], 99),
  };
  let input = 'image';
  for (const [index, layer] of LAYERS.entries()) {
    weights[`${layer}.w`] = random([UNITS, index === 0 ? 3 : UNITS, 3, 3], 10 + index);
    weights[`${layer}.b`] = random([UNITS], 20 + index);
    nodes.push(conv([input, `${layer}.w`, `${layer}.b`], layer));
    let made = layer;
    if (index > 0 && index < LAYERS.length - 1) {
      weights[`${layer}.gain`] = {
        dims: [UNITS],
        values: Array.from({ length: UNITS }, (_, u) => 1 + u / 4),
      };
      weights[`${layer}.shift`] = random([UNITS], 30 + index);
      weights[`${layer}.mean`] = random([UNITS], 40 + index);
      weights[`${layer}.variance`] = { dims: [UNITS], values: Array<number>(UNITS).fill(2) };
      const norm = ['gain', 'shift', 'mean', 'variance'].map((name) => `${layer}.${name}`);
      nodes.push(op('BatchNormalization', [layer, ...norm], `${layer}.normed`));
      made = `${layer}.normed`;
    }
    nodes.push(op(activation, activation === 'Clip' ? [made, 'low', 'high'] : [made], `${layer}.act`));
    input = `${layer}.act`;
    if (index === 0 || index === 2) {
      nodes.push(
        op('MaxPool', [input], `${layer}.pool`, { ints: { kernel_shape: [2, 2], strides: [2, 2] } }),
      );
      input = `${layer}.pool`;
    }
  }
  nodes.push(op('GlobalAveragePool', [input], 'pool'));
  nodes.push(op('Flatten', ['pool'], 'flat'));
  nodes.push(op('Gemm', ['flat', 'fc'], 'scores'));
  return { input: ['N', 3, size, size], nodes, weights, output: 'scores' };
}

/** The weights of the network, its kernels times `factor`, as a file of weights has them. */
function weightsOf(factor: number): Record<string, Written> {
  const { weights } = networkSpec('Relu', 32);
  return Object.fromEntries(
    Object.entries(weights).map(([name, { dims, values }]) => [
      name,
      { shape: dims, values: name.endsWith('.w') ? values.map((value) => value * factor) : values },
    ]),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-real-network-'));
  await mkdir(join(folder, 'photos'));
  for (const [index, name] of ['cat', 'cup', 'reef'].entries()) {
    const noise = { type: 'gaussian' as const, mean: 60 + 60 * index, sigma: 50 };
    await sharp({ create: { width: 160, height: 140, channels: 3, background: '#777', noise } })
      .blur(1 + index)
      .png()
      .toFile(join(folder, 'photos', `${name}.png`));
  }
  await writeFile(join(folder, 'relu.onnx'), network('Relu'));
  await writeFile(join(folder, 'relu6.onnx'), network('Clip'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const options = (model: string, over: Partial<ReproduceOptions> = {}): ReproduceOptions => ({
  claims: ['trained', 'rescaling', 'depth'],
  extent: 'quick',
  out: join(folder, 'out'),
  command: 'unitscope reproduce',
  real: { model: join(folder, model), photos: join(folder, 'photos'), preprocess: 'unit', perPhoto: 10 },
  settings: {
    seeds: 1,
    configurations: [{ maps: 'vgg', head: 'pooling', norm: 'plain' }],
    images: 3,
    steps: 1,
    rescaling: { layers: ['conv2'], factors: [2], bent: [] },
  },
  ...over,
});

describe('reproduce with a network from elsewhere', { timeout: 120_000 }, () => {
  it('asks trained, rescaling and depth of it, against random twins, by map size', async () => {
    const verdicts = await reproduce(options('relu.onnx'));
    const own = verdicts.filter(({ network }) => network === 'relu');
    expect(own.map(({ case: letter, condition, verdict }) => [letter, condition, verdict])).toEqual([
      ['a', 'relu', expect.any(String)],
      ['b', 'relu', expect.any(String)],
      ['h', 'relu, kernel rescaled', 'not applicable'],
      ['h', 'relu, gain and shift of the batch norm rescaled', 'supported'],
    ]);
    // Random twins; what is rescaled is the one network.
    expect(own.map(({ networks }) => networks)).toEqual([3, 3, 1, 1]);
    const page = await readFile(join(folder, 'out', 'page.md'), 'utf8');
    expect(page).toContain('Real network: relu, on crops of 3 photographs.');
    expect(page).toContain('### Trained against random initialisation: relu');
    expect(page).toMatch(/\| c6 \| 8×8 \| \d\.\d{3} \| \d\.\d{3} /);
    // Maps of 32×32, 16×16 and 8×8 are explored; only 8×8 has three layers for a slope.
    for (const size of ['32×32', '16×16', '8×8']) expect(page).toContain(`| relu | ${size} | 3 |`);
    expect(page.match(/\| relu \| \d+×\d+ \(\d layers\)/g)).toHaveLength(1);
    // Powers of two through ReLU are exact, but not through the batch norms that follow the kernels.
    expect(page).toMatch(/\| relu, gain and shift of the batch norm rescaled \| supported \| 1 \| 0\.0000/);
    expect(page).toMatch(/\| relu, kernel rescaled \| not applicable: the batch norm in the way/);
    expect(page).toContain(
      'the batch norm (kernel rescaled); nothing (gain and shift of the batch norm rescaled)',
    );
  });

  it('does not ask for rescaling where ReLU6 cuts what is rescaled', async () => {
    const verdicts = await reproduce(options('relu6.onnx', { claims: ['rescaling'] }));
    const own = verdicts.filter(({ network }) => network === 'relu6');
    expect(own.map(({ verdict }) => verdict)).toEqual(['not applicable', 'not applicable']);
    expect(own[0]?.unmet).toContain('Clip');
  });

  it('takes another network of the same name for what it is', async () => {
    const page = async (): Promise<string> => {
      await reproduce(options('again.onnx', { claims: ['depth'] }));
      return await readFile(join(folder, 'out', 'page.md'), 'utf8');
    };
    await writeFile(join(folder, 'again.onnx'), network('Relu'));
    const first = await page();
    await writeFile(join(folder, 'again.onnx'), network('Clip'));
    expect(await page()).not.toBe(first);
  });

  it('takes the weights of a file in place of the graph’s own', async () => {
    const depthOf = async (name: string, weights?: { path: string }): Promise<string> => {
      const real = { ...options('relu.onnx').real!, ...(weights && { weights }) };
      await reproduce(options('relu.onnx', { claims: ['depth'], real }));
      const page = await readFile(join(folder, 'out', 'page.md'), 'utf8');
      return page.slice(page.indexOf(`### Depth: ${name}`)).replaceAll(name, 'NETWORK');
    };
    await writeFile(join(folder, 'same.safetensors'), safetensorsBytes(weightsOf(1)));
    const own = await depthOf('relu');
    expect(own).toMatch(/\d\.\d{3}/);
    expect(await depthOf('same', { path: join(folder, 'same.safetensors') })).toBe(own);
    await writeFile(join(folder, 'other.safetensors'), safetensorsBytes(weightsOf(-1)));
    expect(await depthOf('other', { path: join(folder, 'other.safetensors') })).not.toBe(own);
  });

  it('takes a network of open size at the size that is said, as one of that size', async () => {
    const table = async (name: string, size?: number): Promise<string> => {
      const real = { ...options(name).real!, ...(size && { inputSize: { height: size, width: size } }) };
      await reproduce(options(name, { claims: ['depth'], real }));
      const page = await readFile(join(folder, 'out', 'page.md'), 'utf8');
      return page
        .slice(page.indexOf(`### Depth: ${name.split('.')[0] ?? ''}`))
        .replaceAll(/open|fixed/g, 'network');
    };
    await writeFile(join(folder, 'fixed.onnx'), network('Relu'));
    await writeFile(join(folder, 'open.onnx'), network('Relu', 'size'));
    expect(await table('open.onnx', 32)).toBe(await table('fixed.onnx'));
    await expect(reproduce(options('open.onnx', { claims: ['depth'] }))).rejects.toThrow('--input-size');
  });

  it('refuses a network that is no ONNX file, and photographs that are not there', async () => {
    await writeFile(
      join(folder, 'model.json'),
      '{"format": "layers-model", "modelTopology": {}, "weightsManifest": []}',
    );
    await expect(reproduce(options('model.json'))).rejects.toThrow('expected an ONNX network');
    const unknown = { ...options('relu.onnx').real!, preprocess: 'imagenett' };
    await expect(reproduce(options('relu.onnx', { real: unknown }))).rejects.toThrow('imagenet');
    const nowhere = {
      model: join(folder, 'relu.onnx'),
      photos: join(folder, 'no'),
      preprocess: 'unit',
      perPhoto: 10,
    };
    await expect(
      reproduce(options('relu.onnx', { real: nowhere, out: join(folder, 'none') })),
    ).rejects.toThrow('the folder of photographs cannot be read');
  });
});
