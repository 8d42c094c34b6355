import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../../src/open-model.ts';
import { numbers } from '../numbers.ts';
import { graphConvolution, graphNode, writeGraph, type GraphSpec } from '../tfjs-builder.ts';

const SIZE = 6;
const UNITS = 4;
const PIXELS = SIZE * SIZE;
const image = numbers(PIXELS * UNITS, 5);
let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-tfjs-written-out-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const scalar = (value: number) => ({ dims: [], values: Float32Array.of(value) });
const ints = (...values: number[]) => ({ dims: [values.length], values: Int32Array.from(values) });
const constants: GraphSpec['constants'] = {
  w: { dims: [3, 3, UNITS, UNITS], values: numbers(9 * UNITS * UNITS, 1) },
  next: { dims: [3, 3, UNITS, UNITS], values: numbers(9 * UNITS * UNITS, 2) },
};
const first = graphConvolution(['image', 'w'], 'y');

/** What is seen of the first convolution. */
async function seen(
  nodes: object[],
  more: GraphSpec['constants'] = {},
  functions: GraphSpec['functions'] = {},
) {
  const spec = {
    input: [SIZE, SIZE, UNITS] as const,
    nodes,
    constants: { ...constants, ...more },
    functions,
  };
  const model = await openModel(await writeGraph(folder, String(count++), spec), { backend: 'wasm' });
  try {
    const layer = model.layers[0]!;
    let maps = new Float32Array();
    await model.forward(image, 1, [layer], (_, values) => {
      maps = Float32Array.from(values);
    });
    return { ...layer, maps, unseen: model.unseen };
  } finally {
    await model.dispose();
  }
}

/** The bare maps, each pixel's units put through `value`. */
async function plain(value: (units: number[], unit: number) => number): Promise<Float32Array> {
  const { maps } = await seen([first, graphConvolution(['y', 'next'], 'z')]);
  return maps.map((_, at) => {
    const units = Array.from({ length: UNITS }, (__, unit) => maps[unit * PIXELS + (at % PIXELS)]!);
    return value(units, Math.floor(at / PIXELS));
  });
}

describe('a norm that a converter wrote out in a tfjs graph', () => {
  const keep = { keep_dims: { b: true } };
  it('as a layer norm of means is seen through, with the activation after it', async () => {
    const gain = { dims: [UNITS], values: Float32Array.of(1, 2, 0.5, -1) };
    const shift = { dims: [UNITS], values: Float32Array.of(0, 0.5, -0.5, 0.25) };
    const found = await seen(
      [
        first,
        graphNode('Mean', ['y', 'axis'], 'mu', keep),
        graphNode('SquaredDifference', ['y', 'mu'], 'd2'),
        graphNode('Mean', ['d2', 'axis'], 'variance', keep),
        graphNode('AddV2', ['variance', 'eps'], 've'),
        graphNode('Rsqrt', ['ve'], 'r'),
        // As tf.nn.batch_normalization writes it: y·(r·gain) + (shift − mu·(r·gain)).
        graphNode('Mul', ['r', 'gain'], 'rg'),
        graphNode('Mul', ['y', 'rg'], 'scaled'),
        graphNode('Mul', ['mu', 'rg'], 'moved'),
        graphNode('Sub', ['shift', 'moved'], 'offset'),
        graphNode('AddV2', ['scaled', 'offset'], 'normed'),
        graphNode('Relu', ['normed'], 'relu'),
        graphConvolution(['relu', 'next'], 'z'),
      ],
      { axis: ints(3), eps: scalar(1e-3), gain, shift },
    );
    expect(found).toMatchObject({ tap: 'relu', norm: 'written out', activation: 'Relu' });
    const expected = await plain((units, unit) => {
      const mu = units.reduce((sum, value) => sum + value, 0) / UNITS;
      const variance = units.reduce((sum, value) => sum + (value - mu) ** 2, 0) / UNITS;
      const normed = (units[unit]! - mu) / Math.sqrt(variance + 1e-3);
      return Math.max(0, normed * gain.values[unit]! + shift.values[unit]!);
    });
    for (const [at, value] of expected.entries()) expect(found.maps[at]).toBeCloseTo(value, 4);
  });

  it('as a root mean square norm is seen through', async () => {
    const found = await seen(
      [
        first,
        graphNode('Square', ['y'], 'square'),
        graphNode('Mean', ['square', 'axis'], 'ms', keep),
        graphNode('AddV2', ['ms', 'eps'], 'me'),
        graphNode('Rsqrt', ['me'], 'r'),
        graphNode('Mul', ['y', 'r'], 'normed'),
        graphNode('Relu', ['normed'], 'relu'),
        graphConvolution(['relu', 'next'], 'z'),
      ],
      { axis: ints(-1), eps: scalar(1e-6) },
    );
    expect(found).toMatchObject({ tap: 'relu', norm: 'written out', activation: 'Relu' });
    const expected = await plain((units, unit) => {
      const ms = units.reduce((sum, value) => sum + value ** 2, 0) / UNITS;
      return Math.max(0, units[unit]! / Math.sqrt(ms + 1e-6));
    });
    for (const [at, value] of expected.entries()) expect(found.maps[at]).toBeCloseTo(value, 4);
  });

  it('as a group norm of reshapes is seen through', async () => {
    const found = await seen(
      [
        first,
        graphNode('Reshape', ['y', 'groups'], 'g', { Tshape: { type: 'DT_INT32' } }),
        graphNode('Mean', ['g', 'axes'], 'mu', keep),
        graphNode('SquaredDifference', ['g', 'mu'], 'd2'),
        graphNode('Mean', ['d2', 'axes'], 'variance', keep),
        graphNode('AddV2', ['variance', 'eps'], 've'),
        graphNode('Rsqrt', ['ve'], 'r'),
        graphNode('Sub', ['g', 'mu'], 'd'),
        graphNode('Mul', ['d', 'r'], 'n'),
        graphNode('Reshape', ['n', 'maps'], 'normed', { Tshape: { type: 'DT_INT32' } }),
        graphNode('Relu', ['normed'], 'relu'),
        graphConvolution(['relu', 'next'], 'z'),
      ],
      {
        groups: ints(-1, SIZE, SIZE, 2, 2),
        axes: ints(1, 2, 4),
        maps: ints(-1, SIZE, SIZE, UNITS),
        eps: scalar(1e-5),
      },
    );
    expect(found).toMatchObject({ tap: 'relu', norm: 'written out', activation: 'Relu' });
    const { maps } = await seen([first, graphConvolution(['y', 'next'], 'z')]);
    for (const group of [0, 1]) {
      const own = maps.subarray(group * 2 * PIXELS, (group + 1) * 2 * PIXELS);
      const mu = own.reduce((sum, value) => sum + value, 0) / own.length;
      const variance = own.reduce((sum, value) => sum + (value - mu) ** 2, 0) / own.length;
      for (const [at, value] of own.entries()) {
        const expected = Math.max(0, (value - mu) / Math.sqrt(variance + 1e-5));
        expect(found.maps[group * 2 * PIXELS + at]).toBeCloseTo(expected, 4);
      }
    }
  });
});

describe('a list of one tensor in a tfjs graph', () => {
  it('is that tensor', async () => {
    const nodes = (list: object) => [
      first,
      list,
      graphNode('Relu', ['one'], 'relu'),
      graphConvolution(['relu', 'next'], 'z'),
    ];
    const attr = { N: { i: '1' }, axis: { i: '3' } };
    const joined = await seen(nodes(graphNode('ConcatV2', ['y', 'axis'], 'one', attr)), {
      axis: { dims: [], values: Int32Array.of(3) },
    });
    expect(joined).toMatchObject({ tap: 'relu', activation: 'Relu' });
    const added = await seen(nodes(graphNode('AddN', ['y'], 'one', { N: { i: '1' } })));
    expect(added).toMatchObject({ tap: 'relu', activation: 'Relu' });
  });
});

describe('convolutions of a tfjs graph that cannot be looked at', () => {
  it('inside a branch are named', async () => {
    const { unseen } = await seen(
      [first, graphNode('Relu', ['y'], 'relu')],
      {},
      {
        body: { inputs: ['x', 'k'], nodes: [graphConvolution(['x', 'k'], 'hidden')] },
      },
    );
    expect(unseen).toEqual([
      {
        name: 'hidden',
        reason: "inside the function 'body' of a branch or a loop: export the network without them",
      },
    ]);
  });
});
