import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BirthKernel } from '@unitscope/topology';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLayers } from '../src/check/check-layers.ts';
import { LayerComparison } from '../src/check/layer-check.ts';
import type { Layer } from '../src/layer.ts';
import { numbers } from './numbers.ts';
import { onnxBytes, type OnnxSpec } from './onnx-builder.ts';
import { conv, op, random } from './onnx-parts.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-check-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function written(spec: OnnxSpec): Promise<string> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, onnxBytes(spec));
  return path;
}

const network: OnnxSpec = {
  input: ['N', 3, 12, 12],
  nodes: [
    conv(['image', 'w'], 'c'),
    op('BatchNormalization', ['c', 'scale', 'bias', 'mean', 'variance'], 'n'),
    op('Sigmoid', ['n'], 's'),
    op('Mul', ['n', 's'], 'silu'),
    conv(['silu', 'w2'], 'c2', { int: { group: 2 } }),
    op('Relu', ['c2'], 'r2'),
  ],
  weights: {
    w: random([4, 3, 3, 3], 1),
    w2: random([4, 2, 3, 3], 2),
    scale: { dims: [4], values: [1, 2, 3, 4] },
    bias: { dims: [4], values: [0, 1, 0, 1] },
    mean: { dims: [4], values: [0, 0.5, 0, 0] },
    variance: { dims: [4], values: [1, 2, 1, 3] },
  },
  output: 'r2',
};

describe('the check of the layers of an ONNX network', () => {
  it('finds the maps of each layer again with the operations up to its tap on their own', async () => {
    const checks = await checkLayers(await written(network));
    expect(checks.map(({ layer }) => [layer.name, layer.tap])).toEqual([
      ['c', 'silu'],
      ['c2', 'r2'],
    ]);
    for (const { verdict, difference, births } of checks) {
      expect(['equal', 'last bits']).toContain(verdict);
      expect(difference).toBeLessThan(1e-5);
      expect(births).toEqual({ compared: 12, different: 0 });
    }
  });

  it('does so for a batch that the network fixes, for maps that are not square and for half precision', async () => {
    const fixed = await checkLayers(await written({ ...network, input: [2, 3, 12, 12] }), { images: 1 });
    expect(fixed.map(({ verdict }) => verdict)).not.toContain('differs');
    const wide = await checkLayers(await written({ ...network, input: ['N', 3, 8, 12] }), { images: 1 });
    expect(wide.map(({ births }) => births)).toEqual([null, null]);
    expect(wide.map(({ verdict }) => verdict)).not.toContain('differs');
  });

  it('says where they differ: a network that draws by chance makes other maps each time', async () => {
    const nodes = [
      ...network.nodes.slice(0, 4),
      op('RandomNormalLike', ['silu'], 'noise'),
      op('Add', ['silu', 'noise'], 'noisy'),
      conv(['noisy', 'w2'], 'c2', { int: { group: 2 } }),
      op('Relu', ['c2'], 'r2'),
    ];
    const [first, second] = await checkLayers(await written({ ...network, nodes }), { images: 1 });
    expect(first).toMatchObject({ layer: { name: 'c' } });
    expect(first!.verdict).not.toBe('differs');
    expect(second).toMatchObject({ layer: { name: 'c2' }, verdict: 'differs' });
  });
});

describe('a comparison of maps', () => {
  const layer = { units: 2, height: 8, width: 8 } as Layer;
  const maps = numbers(2 * 64, 1);
  const compared = (found: Float32Array, isRounded = false) => {
    const comparison = new LayerComparison(layer, new BirthKernel());
    comparison.add(found, maps);
    return comparison.outcome(isRounded);
  };

  it('tells equal from the last bits, and these from other values', () => {
    expect(compared(maps.slice())).toMatchObject({
      verdict: 'equal',
      difference: 0,
      births: { compared: 2, different: 0 },
    });
    expect(compared(maps.map((value) => value * (1 + 1e-6)))).toMatchObject({ verdict: 'last bits' });
    const turned = maps.slice();
    turned.set(maps.subarray(64), 0);
    expect(compared(turned)).toMatchObject({ verdict: 'differs' });
  });

  it('takes a rounding for one only where values are rounded', () => {
    const coarse = maps.map((value) => value * 1.005);
    expect([compared(coarse).verdict, compared(coarse, true).verdict]).toEqual(['differs', 'last bits']);
  });

  it('takes neither other sizes nor NaN for the last bits', () => {
    expect(compared(maps.slice(64))).toMatchObject({ verdict: 'differs', difference: Infinity });
    expect(compared(maps.map((value, i) => (i === 3 ? NaN : value)))).toMatchObject({ verdict: 'differs' });
  });
});
