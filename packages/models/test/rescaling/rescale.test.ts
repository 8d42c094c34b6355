import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../../src/open-model.ts';
import { readOnnx } from '../../src/onnx/onnx-file.ts';
import { OnnxWeights } from '../../src/onnx/onnx-weights.ts';
import { reinitialiseOnnx } from '../../src/rescaling/reinitialise-onnx.ts';
import { rescaleModel } from '../../src/rescaling/rescale.ts';
import { tensorBackend } from '../../src/tfjs/tensor-backend.ts';
import { artifactWriter } from '../../src/tfjs/tfjs-artifacts.ts';
import { exampleNetwork, type ExampleNetworkOptions } from '../../../training/src/example-network.ts';
import { tfjsNetwork } from '../../../training/src/tfjs-network.ts';
import { numbers } from '../numbers.ts';
import { onnxBytes, type OnnxSpec } from '../onnx-builder.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-rescale-'));
  await tensorBackend('auto');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** The maps of every layer on fixed images. */
async function mapsOf(path: string): Promise<Map<string, Float32Array>> {
  const model = await openModel(path);
  const { height, width, channels } = model.input;
  const maps = new Map<string, Float32Array>();
  await model.forward(numbers(2 * height * width * channels, 5), 2, model.layers, (layer, values) => {
    maps.set(layer.name, values.slice());
  });
  await model.dispose();
  return maps;
}

async function network(name: string, options: ExampleNetworkOptions): Promise<string> {
  const model = tfjsNetwork(tfl, 3, exampleNetwork({ filters: [4, 4, 4], hidden: 8, ...options }));
  // Biases and norms as after a training.
  for (const [index, layer] of model.layers.entries()) {
    const { tf } = await tensorBackend('auto');
    const weights = layer.getWeights().map((tensor, at) => {
      const values = numbers(tensor.size, 100 * index + at).map((value) => 0.3 * value + 0.5);
      return tensor.rank === 1 ? tf.tensor1d(values) : tensor;
    });
    layer.setWeights(weights);
  }
  const to = join(folder, name);
  await model.save(artifactWriter(to));
  model.dispose();
  return join(to, 'model.json');
}

const times = (values: Float32Array | undefined, factor: number) => values?.map((value) => value * factor);

describe.each(['pooling', 'flatten'] as const)('rescaleModel on a tfjs model with a %s head', (head) => {
  it('changes the rescaled layer by c and no other to the bit, for a power of two', async () => {
    const path = await network(`${head}-plain`, { head });
    const before = await mapsOf(path);
    for (const [layer, factor] of [
      ['conv2', 4],
      ['conv3', 0.125],
    ] as const) {
      const to = join(folder, `${head}-plain-${layer}`);
      const done = await rescaleModel(path, to, { layer, factor });
      expect(done).toEqual({
        scaled: layer,
        divided: [layer === 'conv2' ? 'conv3' : 'hidden'],
        obstacles: [],
      });
      const after = await mapsOf(join(to, 'model.json'));
      for (const [name, maps] of before) {
        expect(after.get(name)).toEqual(name === layer ? times(maps, factor) : maps);
      }
    }
  });

  it('is off by rounding alone for 3', async () => {
    const path = await network(`${head}-three`, { head });
    const to = join(folder, `${head}-three-scaled`);
    await rescaleModel(path, to, { layer: 'conv1', factor: 3 });
    const [before, after] = [await mapsOf(path), await mapsOf(join(to, 'model.json'))];
    const [a, b] = [before.get('conv3') ?? [], after.get('conv3') ?? []];
    a.forEach((value, index) => expect(Math.abs(value - (b[index] ?? NaN))).toBeLessThan(1e-4));
  });
});

describe('what stands in the way of a rescaling', () => {
  it.each([
    ['relu6', 'the activation relu6 of conv2'],
    ['silu', 'the activation swish of conv2'],
  ] as const)('is refused for %s, and done where it is forced', async (activation, obstacle) => {
    const path = await network(activation, { activation });
    const to = join(folder, `${activation}-scaled`);
    const options = { layer: 'conv2', factor: 16 };
    await expect(rescaleModel(path, to, options)).rejects.toThrow(
      `layer 'conv2' cannot be rescaled without changing what the network computes: ${obstacle}`,
    );
    const done = await rescaleModel(path, to, { ...options, force: true });
    expect(done.obstacles).toEqual([obstacle]);
    expect((await mapsOf(join(to, 'model.json'))).get('conv3')).not.toEqual(
      (await mapsOf(path)).get('conv3'),
    );
  });

  it('is the batch norm for the kernel, and nothing for its own gain and shift', async () => {
    const path = await network('norm', { batchNorm: true });
    const to = join(folder, 'norm-scaled');
    await expect(rescaleModel(path, to, { layer: 'conv2', factor: 2 })).rejects.toThrow(
      'the normalisation conv2_norm',
    );
    const done = await rescaleModel(path, to, { layer: 'conv2', factor: 2, at: 'normalisation' });
    expect(done).toEqual({ scaled: 'conv2_norm', divided: ['conv3'], obstacles: [] });
    const [before, after] = [await mapsOf(path), await mapsOf(join(to, 'model.json'))];
    expect(after.get('conv2')).toEqual(times(before.get('conv2'), 2));
    expect(after.get('conv3')).toEqual(before.get('conv3'));
  });

  it('is named with what was asked for', async () => {
    const path = await network('asked', {});
    const to = join(folder, 'never');
    await expect(rescaleModel(path, to, { layer: 'conv9', factor: 2 })).rejects.toThrow(
      "no convolution is called 'conv9'; there are conv1, conv2, conv3",
    );
    await expect(rescaleModel(path, to, { layer: 'conv1', factor: -1 })).rejects.toThrow('found -1');
  });
});

/** conv1 → ReLU → conv2 → ReLU → a shortcut over conv3 → pool → Gemm. */
function onnxNetwork(activation: 'Relu' | 'Sigmoid'): OnnxSpec {
  const kernel = (out: number, inputs: number, seed: number) => ({
    dims: [out, inputs, 3, 3],
    values: [...numbers(out * inputs * 9, seed)],
  });
  const bias = (count: number, seed: number) => ({ dims: [count], values: [...numbers(count, seed)] });
  const conv = (name: string, input: string) => ({
    op: 'Conv',
    name,
    inputs: [input, `${name}.w`, `${name}.b`],
    output: `${name}/out`,
    ints: { pads: [1, 1, 1, 1], kernel_shape: [3, 3] },
  });
  return {
    input: ['N', 3, 8, 8],
    nodes: [
      conv('first', 'image'),
      { op: activation, inputs: ['first/out'], output: 'a' },
      conv('second', 'a'),
      { op: 'Relu', inputs: ['second/out'], output: 'b' },
      conv('third', 'b'),
      { op: 'Add', inputs: ['third/out', 'b'], output: 'sum' },
      { op: 'GlobalAveragePool', inputs: ['sum'], output: 'pooled' },
      { op: 'Flatten', inputs: ['pooled'], output: 'flat' },
      { op: 'Gemm', inputs: ['flat', 'fc.w', 'fc.b'], output: 'logits', int: { transB: 1 } },
    ],
    weights: {
      'first.w': kernel(4, 3, 1),
      'first.b': bias(4, 2),
      'second.w': kernel(4, 4, 3),
      'second.b': bias(4, 4),
      'third.w': kernel(4, 4, 5),
      'third.b': bias(4, 6),
      'fc.w': { dims: [5, 4], values: [...numbers(20, 7)] },
      'fc.b': bias(5, 8),
    },
    output: 'logits',
  };
}

describe('rescaleModel on an ONNX file', () => {
  it('changes the rescaled layer by c and no other to the bit, for a power of two', async () => {
    const path = join(folder, 'relu.onnx');
    await writeFile(path, onnxBytes(onnxNetwork('Relu')));
    const to = join(folder, 'relu-scaled.onnx');
    expect(await rescaleModel(path, to, { layer: 'first', factor: 8 })).toEqual({
      scaled: 'first',
      divided: ['second'],
      obstacles: [],
    });
    const [before, after] = [await mapsOf(path), await mapsOf(to)];
    expect(after.get('first')).toEqual(times(before.get('first'), 8));
    expect(after.get('second')).toEqual(before.get('second'));
    expect(after.get('third')).toEqual(before.get('third'));
  });

  it('leaves what follows as it is where a layer is to be rescaled alone', async () => {
    const path = join(folder, 'alone.onnx');
    await writeFile(path, onnxBytes(onnxNetwork('Sigmoid')));
    const to = join(folder, 'alone-scaled.onnx');
    const options = { layer: 'third', factor: 0.5, alone: true };
    expect(await rescaleModel(path, to, options)).toEqual({ scaled: 'third', divided: [], obstacles: [] });
    const [before, after] = [await mapsOf(path), await mapsOf(to)];
    expect(after.get('second')).toEqual(before.get('second'));
    expect(after.get('third')).toEqual(times(before.get('third'), 0.5));
    await expect(rescaleModel(path, to, { ...options, at: 'normalisation' })).rejects.toThrow(
      'found its norm',
    );
  });

  it('is refused where a shortcut reads the maps too, also when forced', async () => {
    const path = join(folder, 'shortcut.onnx');
    await writeFile(path, onnxBytes(onnxNetwork('Relu')));
    const to = join(folder, 'never.onnx');
    await expect(rescaleModel(path, to, { layer: 'second', factor: 2, force: true })).rejects.toThrow(
      "expected one computed input at 'sum' (Add), found 2",
    );
  });

  it('names an activation that bends', async () => {
    const path = join(folder, 'sigmoid.onnx');
    await writeFile(path, onnxBytes(onnxNetwork('Sigmoid')));
    await expect(rescaleModel(path, join(folder, 'no.onnx'), { layer: 'first', factor: 2 })).rejects.toThrow(
      'Sigmoid at a',
    );
  });

  it('is refused for a SiLU that is written as a product, and done where it is forced', async () => {
    const spec = onnxNetwork('Sigmoid');
    const [first, activation, second, ...others] = spec.nodes;
    if (first === undefined || activation === undefined || second === undefined) throw new Error('no nodes');
    const silu = [
      { ...activation, output: 'gate' },
      { op: 'Mul', name: 'silu', inputs: ['first/out', 'gate'], output: 'a' },
    ];
    const [path, to] = [join(folder, 'silu.onnx'), join(folder, 'silu-scaled.onnx')];
    await writeFile(path, onnxBytes({ ...spec, nodes: [first, ...silu, second, ...others] }));
    const options = { layer: 'first', factor: 8 };
    await expect(rescaleModel(path, to, options)).rejects.toThrow('Sigmoid at gate, Mul at silu');
    expect(await rescaleModel(path, to, { ...options, force: true })).toEqual({
      scaled: 'first',
      divided: ['second'],
      obstacles: ['Sigmoid at gate', 'Mul at silu'],
    });
    const [before, after] = [await mapsOf(path), await mapsOf(to)];
    expect(after.get('second')).not.toEqual(before.get('second'));
  });

  it('says where weights are stored in a way that it cannot write', async () => {
    const spec = onnxNetwork('Relu');
    const path = join(folder, 'listed.onnx');
    const listed = { ...spec.weights['first.w'], plain: true } as OnnxSpec['weights'][string];
    await writeFile(path, onnxBytes({ ...spec, weights: { ...spec.weights, 'first.w': listed } }));
    await expect(rescaleModel(path, join(folder, 'no.onnx'), { layer: 'first', factor: 2 })).rejects.toThrow(
      "expected 'first.w' as raw data, found a list of numbers",
    );
  });
});

describe('reinitialiseOnnx', () => {
  it('draws kernels with the variance of their fan-in, and zero biases; the same for a seed', async () => {
    const path = join(folder, 'trained.onnx');
    await writeFile(path, onnxBytes(onnxNetwork('Relu')));
    const paths = ['a', 'b', 'c'].map((name) => join(folder, `random-${name}.onnx`));
    const [a = '', b = '', c = ''] = paths;
    await reinitialiseOnnx(path, a, 1);
    await reinitialiseOnnx(path, b, 1);
    await reinitialiseOnnx(path, c, 2);
    const read = async (from: string, name: string) => new OnnxWeights(from, await readOnnx(from)).read(name);
    expect(await read(a, 'second.b')).toEqual(new Float32Array(4));
    expect(await read(a, 'second.w')).toEqual(await read(b, 'second.w'));
    expect(await read(a, 'second.w')).not.toEqual(await read(c, 'second.w'));
    const kernel = await read(a, 'second.w');
    const variance = kernel.reduce((sum, value) => sum + value * value, 0) / kernel.length;
    expect(variance).toBeGreaterThan((0.6 * 2) / 36);
    expect(variance).toBeLessThan((1.5 * 2) / 36);
  });
});
