import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roundToFloat16 } from '@unitscope/base';
import type { Model } from '../../src/model.ts';
import { openModel } from '../../src/open-model.ts';
import { numbers } from '../numbers.ts';
import { onnxBytes, type OnnxSpec } from '../onnx-builder.ts';

const SIZE = 8;
const IMAGE = 4 * SIZE * SIZE;
let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-quantised-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Node = OnnxSpec['nodes'][number];

const op = (type: string, inputs: string[], output: string, more: Partial<Node> = {}): Node => ({
  op: type,
  inputs,
  output,
  ...more,
});
const pads = { ints: { pads: [1, 1, 1, 1] } };
const scalar = (value: number, type?: 'int8' | 'uint8') => ({
  dims: [],
  values: [value],
  ...(type !== undefined && { type }),
});

async function opened<T>(
  spec: Omit<OnnxSpec, 'input' | 'output'>,
  use: (model: Model) => Promise<T>,
): Promise<T> {
  const path = join(folder, `${count++}.onnx`);
  await writeFile(
    path,
    onnxBytes({ input: ['N', 4, SIZE, SIZE], output: spec.nodes.at(-1)!.output, ...spec }),
  );
  const model = await openModel(path);
  try {
    return await use(model);
  } finally {
    await model.dispose();
  }
}

async function mapsOf(model: Model, images: Float32Array, batch = 2): Promise<Float32Array[]> {
  const maps: Float32Array[] = [];
  const memory = new Float32Array(2 ** 16);
  await model.forward(
    images,
    batch,
    model.layers,
    (_, values) => {
      maps.push(Float32Array.from(values));
    },
    { reserve: (floats) => memory.subarray(0, floats) },
  );
  return maps;
}

const integers = [...numbers(144, 1)].map((value) => Math.round(20 * value));
const weights = {
  w: { dims: [4, 4, 3, 3], values: integers, type: 'int8' as const },
  wScale: scalar(0.05),
  wZero: scalar(0, 'int8'),
};
const plainKernel = { dims: [4, 4, 3, 3], values: integers.map((value) => value * 0.05) };
const images = numbers(2 * IMAGE, 5);
const norms = [0, 1, 2, 3].map(
  (unit) =>
    0.05 * integers.slice(36 * unit, 36 * (unit + 1)).reduce((sum, value) => sum + Math.abs(value), 0),
);

function expectClose(found: Float32Array, expected: Float32Array, most: number): void {
  expect(found.length).toBe(expected.length);
  for (const [at, value] of found.entries())
    expect(Math.abs(value - expected[at]!)).toBeLessThanOrEqual(most);
}

/** The maps of the same network in plain floats. */
function plainMaps(...after: Node[]): Promise<Float32Array[]> {
  return opened(
    { nodes: [op('Conv', ['image', 'w'], 'y', pads), ...after], weights: { w: plainKernel } },
    (model) => mapsOf(model, images),
  );
}

describe('a quantised ONNX network', () => {
  it('of integer operations has its maps dequantised, and taps where the next layer reads', async () => {
    const microsoft = { domain: 'com.microsoft' };
    const conv = (from: string, to: string): Node =>
      op('QLinearConv', [from, 'xScale', 'xZero', 'w', 'wScale', 'wZero', 'yScale', 'yZero'], to, pads);
    const spec = {
      nodes: [
        op('QuantizeLinear', ['image', 'xScale', 'xZero'], 'q'),
        conv('q', 'a'),
        op('QLinearLeakyRelu', ['a', 'yScale', 'yZero', 'yScale', 'yZero'], 'b', {
          ...microsoft,
          float: { alpha: 0.1 },
        }),
        conv('b', 'c'),
        op(
          'QLinearAdd',
          ['c', 'yScale', 'yZero', 'b', 'yScale', 'yZero', 'yScale', 'yZero'],
          'sum',
          microsoft,
        ),
        conv('sum', 'd'),
        op('DequantizeLinear', ['d', 'yScale', 'yZero'], 'out'),
        op('Relu', ['out'], 'relu'),
      ],
      weights: {
        ...weights,
        xScale: scalar(0.02),
        xZero: scalar(128, 'uint8'),
        yScale: scalar(0.1),
        yZero: scalar(120, 'uint8'),
      },
    };
    const { maps, layers, found } = await opened(spec, async (model) => ({
      layers: model.layers.map(({ name, kind, tap, activation, measurable }) => [
        name,
        kind,
        tap,
        activation,
        measurable,
      ]),
      found: await model.l1Norms(model.layers[0]!),
      maps: await mapsOf(model, images),
    }));
    expect(layers).toEqual([
      ['a', 'conv', 'b', 'QLinearLeakyRelu', true],
      ['c', 'conv', 'c', null, true],
      ['d', 'conv', 'relu', 'Relu', true],
    ]);
    for (const [unit, norm] of norms.entries()) expect(found![unit]).toBeCloseTo(norm, 5);
    const [plain] = await plainMaps(op('LeakyRelu', ['y'], 'b', { float: { alpha: 0.1 } }));
    // 36 products of rounded images, and two roundings of the output.
    expectClose(maps[0]!, plain!, 36 * 0.01 * 1 + 2 * 0.1);
    for (const value of maps[0]!) expect(Math.round(value / 0.1) * 0.1).toBeCloseTo(value, 4);
  });

  it('whose scales are taken as it runs has its activation found behind them', async () => {
    const spec = {
      nodes: [
        op('DynamicQuantizeLinear', ['image'], 'q', { outputs: ['q', 'scale', 'zero'] }),
        op('ConvInteger', ['q', 'w', 'zero', 'wZero'], 'i', pads),
        op('Cast', ['i'], 'f', { int: { to: 1 } }),
        op('Mul', ['scale', 'wScale'], 'both'),
        op('Mul', ['f', 'both'], 'y'),
        op('Relu', ['y'], 'relu'),
      ],
      weights,
    };
    const { maps, layers } = await opened(spec, async (model) => ({
      layers: model.layers.map(({ name, tap, activation }) => [name, tap, activation]),
      maps: await mapsOf(model, images),
    }));
    expect(layers).toEqual([['i', 'relu', 'Relu']]);
    const [plain] = await plainMaps(op('Relu', ['y'], 'relu'));
    expectClose(maps[0]!, plain!, 0.2);
  });

  it('that rounds its weights has their norms, one scale a unit as well', async () => {
    const scales = [0.05, 0.1, 0.15, 0.2];
    const spec = {
      nodes: [
        op('DequantizeLinear', ['w', 'scales', 'zeros'], 'dw', { int: { axis: 0 } }),
        op('Conv', ['image', 'dw'], 'y', pads),
      ],
      weights: {
        w: weights.w,
        scales: { dims: [4], values: scales },
        zeros: { dims: [4], values: [0, 0, 0, 0], type: 'int8' as const },
      },
    };
    const found = await opened(spec, (model) => model.l1Norms(model.layers[0]!));
    const depthwise = {
      ...spec,
      nodes: [spec.nodes[0]!, op('Conv', ['image', 'dw'], 'y', { ...pads, int: { group: 4 } })],
      weights: { ...spec.weights, w: { ...weights.w, dims: [4, 1, 3, 3], values: integers.slice(0, 36) } },
    };
    expect(await opened(depthwise, ({ layers }) => Promise.resolve(layers[0]!.kind))).toBe('depthwise');
    for (const [unit, norm] of norms.entries())
      expect(found![unit]).toBeCloseTo((norm * scales[unit]!) / 0.05, 5);
  });
});

describe('an ONNX network of float16', () => {
  it('is fed with float16 and has its maps widened', async () => {
    const spec = {
      inputType: 'float16' as const,
      nodes: [op('Conv', ['image', 'w'], 'y', pads), op('Relu', ['y'], 'relu')],
      weights: { w: { ...plainKernel, type: 'float16' as const } },
    };
    const { maps, layers, found } = await opened(spec, async (model) => ({
      layers: model.layers.map(({ name, tap, activation, measurable }) => [
        name,
        tap,
        activation,
        measurable,
      ]),
      found: await model.l1Norms(model.layers[0]!),
      maps: await mapsOf(model, images),
    }));
    expect(layers).toEqual([['y', 'relu', 'Relu', true]]);
    for (const [unit, norm] of norms.entries()) expect(found![unit]).toBeCloseTo(norm, 1);
    const [plain] = await plainMaps(op('Relu', ['y'], 'relu'));
    expectClose(maps[0]!, plain!, 0.02);
    expect(maps[0]!.some((value) => value > 0.5)).toBe(true);
  });

  it('sees the float16 nearest to each value of an image', async () => {
    const spec = (inputType: 'float16' | 'float'): Omit<OnnxSpec, 'input' | 'output'> => ({
      inputType,
      nodes: [
        ...(inputType === 'float16' ? [op('Cast', ['image'], 'wide', { int: { to: 1 } })] : []),
        op('Conv', [inputType === 'float16' ? 'wide' : 'image', 'w'], 'y', pads),
      ],
      weights: { w: plainKernel },
    });
    const mapsFor = (inputType: 'float16' | 'float', values: Float32Array) =>
      opened(spec(inputType), (model) => mapsOf(model, values));
    const [halves] = await mapsFor('float16', images);
    expect(halves).toEqual((await mapsFor('float', images.map(roundToFloat16)))[0]);
    expect(halves).not.toEqual((await mapsFor('float', images))[0]);
  });

  it('runs at a size that the file leaves open, in batches of a number that it fixes', async () => {
    const nodes = [op('Conv', ['image', 'w'], 'y', pads)];
    const weights = { w: { ...plainKernel, type: 'float16' as const } };
    const spec = { inputType: 'float16' as const, nodes, weights };
    const [open] = await opened(spec, (model) => mapsOf(model, images));
    const path = join(folder, 'fixed.onnx');
    await writeFile(path, onnxBytes({ input: [1, 4, 'H', 'W'], output: 'y', ...spec }));
    const model = await openModel(path, { inputSize: { height: SIZE, width: SIZE } });
    expect((await mapsOf(model, images))[0]).toEqual(open);
    await model.dispose();
  });
});
