import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelOutputError } from '../../src/errors.ts';
import type { Layer } from '../../src/layer.ts';
import type { Model, OpenOptions } from '../../src/model.ts';
import { openModel } from '../../src/open-model.ts';
import { numbers } from '../numbers.ts';
import { onnxBytes, type OnnxSpec } from '../onnx-builder.ts';

const SIZE = 8;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-onnx-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

type Node = OnnxSpec['nodes'][number];

const random = (dims: number[], seed: number) => ({
  dims,
  values: [
    ...numbers(
      dims.reduce((product, size) => product * size, 1),
      seed,
    ),
  ],
});
const scalar = (value: number) => ({ dims: [], values: [value] });
const conv = (from: string, to: string, kernel: string, more: Partial<Node> = {}): Node => ({
  op: 'Conv',
  name: to,
  inputs: [from, kernel],
  output: to,
  ints: { pads: [1, 1, 1, 1] },
  ...more,
});
const op = (type: string, inputs: string[], output: string, more: Partial<Node> = {}): Node => ({
  op: type,
  inputs,
  output,
  ...more,
});

function spec(nodes: Node[], weights: OnnxSpec['weights'], more: Partial<OnnxSpec> = {}): OnnxSpec {
  return { input: ['N', 4, SIZE, SIZE], nodes, weights, output: nodes.at(-1)!.output, ...more };
}

let count = 0;

async function opened<T>(
  network: OnnxSpec,
  use: (model: Model) => Promise<T> | T,
  options?: OpenOptions,
): Promise<T> {
  const path = join(folder, `${count++}.onnx`);
  await writeFile(path, onnxBytes(network));
  const model = await openModel(path, options);
  try {
    return await use(model);
  } finally {
    await model.dispose();
  }
}

const taps = (network: OnnxSpec, options?: OpenOptions): Promise<(string | number | null)[][]> =>
  opened(
    network,
    ({ layers }) => layers.map(({ name, kind, tap, activation }) => [name, kind, tap, activation]),
    options,
  );

async function maps(model: Model, layer: Layer, images: Float32Array, batch: number): Promise<Float32Array> {
  let found = new Float32Array();
  await model.forward(images, batch, [layer], (_, values) => {
    found = Float32Array.from(values);
  });
  return found;
}

/** A residual block with squeeze and excitation: what MobileNetV3 and EfficientNet are made of. */
function block(opset: number): OnnxSpec {
  const silu =
    opset < 14 ? [op('Sigmoid', ['a'], 's'), op('Mul', ['a', 's'], 'b')] : [op('HardSwish', ['a'], 'b')];
  return spec(
    [
      conv('image', 'a', 'w1'),
      ...silu,
      conv('b', 'c', 'w2', { int: { group: 4 }, ints: { pads: [2, 2, 2, 2], dilations: [2, 2] } }),
      op('Clip', ['c', 'zero', 'six'], 'd'),
      op('GlobalAveragePool', ['d'], 'pool'),
      conv('pool', 'fc1', 'w3', { ints: {} }),
      op('LeakyRelu', ['fc1'], 'fc2', { float: { alpha: 0.1 } }),
      conv('fc2', 'fc3', 'w3', { ints: {} }),
      op('HardSigmoid', ['fc3'], 'gate'),
      op('Mul', ['d', 'gate'], 'gated'),
      conv('gated', 'project', 'w1', { int: { group: 1 } }),
      op('Add', ['project', 'image'], 'sum'),
      op('Relu', ['sum'], 'out'),
      conv('out', 'grouped', 'w4', { int: { group: 2 } }),
    ],
    {
      w1: random([4, 4, 3, 3], 1),
      w2: random([4, 1, 3, 3], 2),
      w3: random([4, 4, 1, 1], 3),
      w4: random([4, 2, 3, 3], 4),
      zero: scalar(0),
      six: scalar(6),
    },
    { opset },
  );
}

describe('an ONNX network', () => {
  it.each([11, 12, 13, 15, 17, 18, 19, 20, 21])(
    'of opset %i has its taps where the next layer reads',
    async (opset) => {
      const network = block(opset);
      const first = opset < 14 ? 'Sigmoid + Mul' : 'HardSwish';
      expect(await taps(network)).toEqual([
        ['a', 'conv', 'b', first],
        ['c', 'depthwise', 'gated', 'Clip + Mul'],
        ['fc1', 'conv', 'fc2', 'LeakyRelu'],
        ['fc3', 'conv', 'gate', 'HardSigmoid'],
        ['project', 'conv', 'project', null],
        ['grouped', 'grouped', 'grouped', null],
      ]);
      expect((await taps(network, { tap: 'pre-activation' })).map(([, , tap]) => tap)).toEqual([
        'a',
        'c',
        'fc1',
        'fc3',
        'project',
        'grouped',
      ]);
      expect(await taps(network, { tap: 'block-output' })).toEqual([['sum', 'block', 'out', 'Relu']]);
    },
  );

  it('lists maps that are too small with the reason, and measures the rest', async () => {
    await opened(block(17), async (model) => {
      const small = model.layers.filter(({ measurable }) => !measurable);
      expect(small.map(({ name, reason }) => [name, reason])).toEqual([
        ['fc1', 'maps of 1x1: no hole can exist below 4x4'],
        ['fc3', 'maps of 1x1: no hole can exist below 4x4'],
      ]);
      const images = numbers(2 * SIZE * SIZE * 4, 5);
      expect((await maps(model, model.layers[1]!, images, 2)).length).toBe(2 * 4 * SIZE * SIZE);
      await expect(model.l1Norms(model.layers[1]!)).resolves.toHaveLength(4);
    });
  });

  it('makes the same maps without what lies behind its taps', async () => {
    const { nodes, weights, ...rest } = block(17);
    const behind = spec(
      [
        ...nodes,
        op('GlobalAveragePool', ['grouped'], 'p'),
        op('Flatten', ['p'], 'f'),
        op('MatMul', ['f', 'fc'], 'scores'),
      ],
      { ...weights, fc: random([4, 1000], 6) },
      { ...rest, output: 'scores' },
    );
    const images = numbers(2 * SIZE * SIZE * 4, 5);
    const all = async (model: Model) => {
      const found: unknown[] = [];
      for (const layer of model.layers)
        found.push(layer, await maps(model, layer, images, 2), await model.l1Norms(layer));
      return found;
    };
    const whole = await opened(behind, all);
    expect(await opened(behind, all, { checkOutputs: false })).toEqual(whole);
    const fixed = { ...behind, input: [2, 4, SIZE, SIZE] };
    expect(await opened(fixed, all, { checkOutputs: false })).toEqual(whole);
  });

  it('names a numbered node of PyTorch by the module of its kernel', async () => {
    const network = spec([conv('image', 'y', 'features.0.0.weight', { name: 'node_Conv_293' })], {
      'features.0.0.weight': random([4, 4, 3, 3], 1),
    });
    expect(await taps(network)).toEqual([['features.0.0', 'conv', 'y', null]]);
  });

  it('gives what follows a transpose to channels last as maps again, as Keras exports them', async () => {
    const weights = { w: random([4, 4, 3, 3], 1), bias: random([4], 2) };
    const turned = spec(
      [
        conv('image', 'y', 'w'),
        op('Transpose', ['y'], 'last', { ints: { perm: [0, 2, 3, 1] } }),
        op('Shape', ['last'], 'shape'),
        op('Expand', ['bias', 'shape'], 'wide'),
        op('Add', ['last', 'wide'], 'biased'),
        op('Cast', ['biased'], 'cast', { int: { to: 1 } }),
        op('Relu', ['cast'], 'relu'),
      ],
      weights,
    );
    const plain = spec(
      [conv('image', 'y', 'w', { inputs: ['image', 'w', 'bias'] }), op('Relu', ['y'], 'relu')],
      weights,
    );
    const images = numbers(2 * SIZE * SIZE * 4, 6);
    const read = (model: Model) => maps(model, model.layers[0]!, images, 2);
    const found = await opened(turned, read);
    for (const [at, value] of (await opened(plain, read)).entries()) expect(found[at]).toBeCloseTo(value, 5);
  });

  it('measures the rounded maps of a quantised network', async () => {
    const round = { scale: scalar(0.05), zeroPoint: { dims: [], values: [0], type: 'int8' as const } };
    const network = spec(
      [
        op('QuantizeLinear', ['image', 'scale', 'zeroPoint'], 'qi'),
        op('DequantizeLinear', ['qi', 'scale', 'zeroPoint'], 'di'),
        op('DequantizeLinear', ['w', 'scale', 'zeroPoint'], 'dw'),
        conv('di', 'y', 'dw'),
        op('Relu', ['y'], 'relu'),
        op('QuantizeLinear', ['relu', 'scale', 'zeroPoint'], 'q'),
        op('DequantizeLinear', ['q', 'scale', 'zeroPoint'], 'dq'),
        op('MaxPool', ['dq'], 'pool', { ints: { kernel_shape: [2, 2] } }),
      ],
      {
        ...round,
        w: {
          dims: [4, 4, 3, 3],
          values: [...numbers(144, 1)].map((value) => Math.round(20 * value)),
          type: 'int8',
        },
      },
    );
    expect(await taps(network)).toEqual([['y', 'conv', 'dq', 'Relu']]);
    const values = await opened(network, (model) =>
      maps(model, model.layers[0]!, numbers(SIZE * SIZE * 4, 7), 1),
    );
    expect(values.some((value) => value > 0)).toBe(true);
    for (const value of values) expect(Math.round(value / 0.05) * 0.05).toBeCloseTo(value, 5);
  });

  it('opens and runs with a thousand layers', async () => {
    const nodes = Array.from({ length: 1000 }, (_, layer) => [
      conv(layer === 0 ? 'image' : `r${layer - 1}`, `c${layer}`, 'w'),
      op('Relu', [`c${layer}`], `r${layer}`),
    ]).flat();
    await opened(spec(nodes, { w: random([4, 4, 3, 3], 1) }), async (model) => {
      expect(model.layers.length).toBe(1000);
      expect(model.layers[999]).toMatchObject({ name: 'c999', index: 999, tap: 'r999', measurable: true });
      const seen: number[] = [];
      await model.forward(numbers(SIZE * SIZE * 4, 8), 1, model.layers, ({ index }) => {
        seen.push(index);
      });
      expect(seen).toEqual(model.layers.map(({ index }) => index));
    });
  });
});

describe('an ONNX file that says other things than its network does', () => {
  const weights = { w: random([4, 4, 3, 3], 1) };
  const nodes = [conv('image', 'y', 'w'), op('Relu', ['y'], 'relu')];

  it('is refused where the network makes other sizes than it declares, for an output or what is looked at', async () => {
    await expect(
      opened(spec(nodes, weights, { shapes: { relu: ['N', 4, 5, 5] } }), () => null),
    ).rejects.toThrow(ModelOutputError);
    await expect(
      opened(spec(nodes, weights, { shapes: { relu: ['N', 4, 5, 5] } }), () => null),
    ).rejects.toThrow("the file declares 'relu' as [?, 4, 5, 5], the network makes [1, 4, 8, 8]");
    const inner = spec(nodes, weights, { shapes: { y: ['N', 3, 8, 8] } });
    await expect(opened(inner, () => null, { tap: 'pre-activation' })).rejects.toThrow(
      /the file declares 'y' as \[\?, 3, 8, 8\]/,
    );
  });

  it('is taken where it declares what is true', async () => {
    const shapes = { relu: ['N', 4, 8, 'width'], y: ['N', 4, 8, 8] };
    expect(await taps(spec(nodes, weights, { shapes }))).toEqual([['y', 'conv', 'relu', 'Relu']]);
  });

  it('has its images go through one at a time where it takes any number and works for one alone', async () => {
    const fixed = spec([...nodes, op('Reshape', ['relu', 'shape'], 'flat')], {
      ...weights,
      shape: { dims: [2], values: [1, 256], type: 'int64' },
    });
    await opened(fixed, async (model) => {
      const images = numbers(2 * SIZE * SIZE * 4, 9);
      expect(model.alone).toBe('the network runs on one image and fails on two');
      const [layer] = model.layers;
      const second = await maps(model, layer!, images.subarray(SIZE * SIZE * 4), 1);
      const both = await maps(model, layer!, images, 2);
      expect(both.subarray(second.length)).toEqual(second);
    });
  });
});
