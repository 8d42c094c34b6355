import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnsupportedModelError } from '../../src/errors.ts';
import type { Model } from '../../src/model.ts';
import { openModel } from '../../src/open-model.ts';
import { numbers } from '../numbers.ts';
import { onnxBytes, type OnnxSpec } from '../onnx-builder.ts';
import { conv, op, random, type Node, type Weights } from '../onnx-parts.ts';

const SIZE = 8;
const UNITS = 4;
const images = numbers(2 * SIZE * SIZE * UNITS, 11);
let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-written-out-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Seen {
  readonly tap: string;
  readonly size: string;
  readonly norm: string | null;
  readonly activation: string | null;
  readonly note: string | undefined;
  readonly maps: Float32Array;
  readonly l1: Float64Array | null;
}

/** What is seen of the first convolution of a network. */
async function seen(nodes: Node[], weights: Weights, more: Partial<OnnxSpec> = {}): Promise<Seen> {
  const path = join(folder, `${count++}.onnx`);
  const spec = { input: ['N', UNITS, SIZE, SIZE], nodes, weights, output: nodes.at(-1)!.output, ...more };
  await writeFile(path, onnxBytes(spec));
  const model: Model = await openModel(path);
  try {
    const layer = model.layers[0]!;
    let maps = new Float32Array();
    await model.forward(images, 2, [layer], (_, values) => {
      maps = Float32Array.from(values);
    });
    const { tap, norm, activation, note } = layer;
    const size = `${layer.units}×${layer.height}×${layer.width}`;
    return { tap, size, norm, activation, note, maps, l1: await model.l1Norms(layer) };
  } finally {
    await model.dispose();
  }
}

function expectClose(found: Float32Array, expected: Float32Array, digits = 5): void {
  expect(found.length).toBe(expected.length);
  for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, digits);
}

const ints = (...values: number[]) => ({ dims: [values.length], values, type: 'int64' as const });
const scalar = (value: number) => ({ dims: [], values: [value] });
const perUnit = (seed: number) => ({ dims: [UNITS, 1, 1], values: [...numbers(UNITS, seed)] });
const flat = (tensor: Weights[string]) => ({ ...tensor, dims: [UNITS] });
const weights: Weights = {
  w: random([UNITS, UNITS, 3, 3], 1),
  b: random([UNITS], 2),
  next: random([UNITS, UNITS, 3, 3], 3),
};
const first = conv(['image', 'w', 'b'], 'y');
const gain = perUnit(4);
const shift = perUnit(5);

describe('a norm that an exporter wrote out', () => {
  it('as a group norm of reshapes, an instance norm, a product and a sum is seen through', async () => {
    const written = await seen(
      [
        first,
        op('Reshape', ['y', 'groups'], 'g'),
        op('InstanceNormalization', ['g', 'one', 'zero'], 'n', { float: { epsilon: 1e-5 } }),
        op('Shape', ['y'], 'shape'),
        op('Reshape', ['n', 'shape'], 'back'),
        op('Mul', ['back', 'gain'], 'scaled'),
        op('Add', ['scaled', 'shift'], 'normed'),
        op('Relu', ['normed'], 'relu'),
        conv(['relu', 'next'], 'z'),
      ],
      {
        ...weights,
        gain,
        shift,
        groups: ints(0, 2, -1),
        one: { dims: [2], values: [1, 1] },
        zero: { dims: [2], values: [0, 0] },
      },
    );
    const whole = await seen(
      [
        first,
        op('GroupNormalization', ['y', 'gain', 'shift'], 'normed', {
          int: { num_groups: 2 },
          float: { epsilon: 1e-5 },
        }),
        op('Relu', ['normed'], 'relu'),
        conv(['relu', 'next'], 'z'),
      ],
      { ...weights, gain: flat(gain), shift: flat(shift) },
      { opset: 21 },
    );
    expect(written).toMatchObject({
      tap: 'relu',
      size: '4×8×8',
      norm: 'GroupNormalization',
      activation: 'Relu',
    });
    expect(whole).toMatchObject({ tap: 'relu', norm: 'GroupNormalization', activation: 'Relu' });
    expectClose(written.maps, whole.maps);
  });

  it.each([
    ['channels first', 'Div'],
    ['channels last', 'Div'],
    ['channels first', 'Mul'],
  ])('as a layer norm of means and roots, %s, ending in a %s, is seen through', async (layout, end) => {
    const isLast = layout === 'channels last';
    const axis = isLast ? 3 : 1;
    const from = isLast ? 't' : 'y';
    const mean = { ints: { axes: [axis] }, int: { keepdims: 1 } };
    const dims = isLast ? [UNITS] : [UNITS, 1, 1];
    const nodes = [
      first,
      ...(isLast ? [op('Transpose', ['y'], 't', { ints: { perm: [0, 2, 3, 1] } })] : []),
      op('ReduceMean', [from], 'mu', mean),
      op('Sub', [from, 'mu'], 'd'),
      op('Pow', ['d', 'two'], 'd2'),
      op('ReduceMean', ['d2'], 'var', mean),
      op('Add', ['var', 'eps'], 've'),
      op('Sqrt', ['ve'], 'sd'),
      ...(end === 'Div'
        ? [op('Div', ['d', 'sd'], 'n')]
        : [op('Reciprocal', ['sd'], 'r'), op('Mul', ['d', 'r'], 'n')]),
      op('Mul', ['n', 'gain'], 'scaled'),
      op('Add', ['scaled', 'shift'], 'normed'),
      ...(isLast ? [op('Transpose', ['normed'], 'back', { ints: { perm: [0, 3, 1, 2] } })] : []),
      op('Relu', [isLast ? 'back' : 'normed'], 'relu'),
      conv(['relu', 'next'], 'z'),
    ];
    const found = await seen(
      nodes,
      { ...weights, gain: { ...gain, dims }, shift: { ...shift, dims }, two: scalar(2), eps: scalar(1e-5) },
      { opset: 13 },
    );
    expect(found).toMatchObject({ tap: 'relu', size: '4×8×8', norm: 'written out', activation: 'Relu' });
    const plain = await seen([first, conv(['y', 'next'], 'z')], weights);
    const pixels = SIZE * SIZE;
    const expected = plain.maps.map((_, at) => {
      const image = Math.floor(at / (UNITS * pixels));
      const values = [0, 1, 2, 3].map((unit) => plain.maps[(image * UNITS + unit) * pixels + (at % pixels)]!);
      const mu = values.reduce((sum, value) => sum + value, 0) / UNITS;
      const variance = values.reduce((sum, value) => sum + (value - mu) ** 2, 0) / UNITS;
      const unit = Math.floor(at / pixels) % UNITS;
      const normed = (plain.maps[at]! - mu) / Math.sqrt(variance + 1e-5);
      return Math.max(0, normed * gain.values[unit]! + shift.values[unit]!);
    });
    expectClose(found.maps, expected, 4);
  });

  it('as a root mean square norm, or a frozen batch norm of a product and a sum, is seen through', async () => {
    const rms = await seen(
      [
        first,
        op('Mul', ['y', 'y'], 'square'),
        op('ReduceMean', ['square'], 'ms', { ints: { axes: [1] }, int: { keepdims: 1 } }),
        op('Add', ['ms', 'eps'], 'me'),
        op('Sqrt', ['me'], 'root'),
        op('Div', ['y', 'root'], 'n'),
        op('Mul', ['n', 'gain'], 'scaled'),
        op('Relu', ['scaled'], 'relu'),
        conv(['relu', 'next'], 'z'),
      ],
      { ...weights, gain, eps: scalar(1e-6) },
    );
    expect(rms).toMatchObject({ tap: 'relu', norm: 'written out', activation: 'Relu' });
    const frozen = await seen(
      [
        first,
        op('Mul', ['y', 'gain'], 'scaled'),
        op('Add', ['scaled', 'shift'], 'normed'),
        op('Relu', ['normed'], 'relu'),
        conv(['relu', 'next'], 'z'),
      ],
      { ...weights, gain, shift },
    );
    expect(frozen).toMatchObject({ tap: 'relu', norm: null, activation: 'Relu' });
  });
});

describe('a kernel that the network itself standardises', () => {
  it('leaves the tap where it is; the norm of the kernel is that of what is computed, or is not given', async () => {
    const each = { ints: { axes: [1, 2, 3] }, int: { keepdims: 1 } };
    const standardised = [
      op('ReduceMean', ['w'], 'mu', each),
      op('Sub', ['w', 'mu'], 'd'),
      op('Mul', ['d', 'd'], 'd2'),
      op('ReduceMean', ['d2'], 'var', each),
      op('Sqrt', ['var'], 'sd'),
      op('Div', ['d', 'sd'], 'ws'),
    ];
    const found = await seen(
      [
        ...standardised,
        conv(['image', 'ws', 'b'], 'y', { ints: { pads: [1, 1, 1, 1], kernel_shape: [3, 3] } }),
        op('Relu', ['y'], 'relu'),
        conv(['relu', 'next'], 'z'),
      ],
      weights,
    );
    expect(found).toMatchObject({ tap: 'relu', size: '4×8×8', norm: null, activation: 'Relu', l1: null });
    const kernel = weights['w']!.values;
    const length = kernel.length / UNITS;
    const values = Array.from({ length: UNITS }, (_, unit) =>
      kernel.slice(unit * length, (unit + 1) * length),
    )
      .map((own) => {
        const mu = own.reduce((sum, value) => sum + value, 0) / length;
        const sd = Math.sqrt(own.reduce((sum, value) => sum + (value - mu) ** 2, 0) / length);
        return own.map((value) => (value - mu) / sd);
      })
      .flat();
    const folded = await seen([first, op('Relu', ['y'], 'relu'), conv(['relu', 'next'], 'z')], {
      ...weights,
      w: { dims: [UNITS, UNITS, 3, 3], values },
    });
    expectClose(found.maps, folded.maps, 4);
  });
});

describe('operations that keep the units apart', () => {
  it.each<[string, Node[], Weights]>([
    ['an identity and a cast', [op('Identity', ['y'], 'i'), op('Cast', ['i'], 's', { int: { to: 1 } })], {}],
    ['a dropout', [op('Dropout', ['y'], 's')], {}],
    [
      'a squeeze and an unsqueeze',
      [op('Unsqueeze', ['y', 'at'], 'u'), op('Squeeze', ['u', 'at'], 's')],
      { at: ints(2) },
    ],
    [
      'a transpose there and back',
      [
        op('Transpose', ['y'], 't', { ints: { perm: [0, 2, 3, 1] } }),
        op('Transpose', ['t'], 's', { ints: { perm: [0, 3, 1, 2] } }),
      ],
      {},
    ],
    [
      'a reshape to one row a map and back',
      [op('Reshape', ['y', 'rows'], 'r'), op('Reshape', ['r', 'maps'], 's')],
      { rows: ints(0, 0, -1), maps: ints(0, 0, 8, 8) },
    ],
  ])('such as %s stand between a convolution and its activation', async (_, nodes, more) => {
    const plain = await seen([first, op('Relu', ['y'], 'relu'), conv(['relu', 'next'], 'z')], weights);
    const found = await seen([first, ...nodes, op('Relu', ['s'], 'relu'), conv(['relu', 'next'], 'z')], {
      ...weights,
      ...more,
    });
    expect(found).toMatchObject({ tap: 'relu', size: '4×8×8', activation: 'Relu' });
    expect(found.maps).toEqual(plain.maps);
  });

  it('such as a list of one tensor, which is that tensor, also in front of a pool', async () => {
    for (const type of ['Concat', 'Max', 'Mean', 'Min', 'Sum']) {
      const nodes = [
        first,
        op(type, ['y'], 'one', type === 'Concat' ? { int: { axis: 1 } } : {}),
        op('Relu', ['one'], 'relu'),
        conv(['relu', 'next'], 'z'),
      ];
      const found = await seen(nodes, weights);
      expect(found, type).toMatchObject({ tap: 'relu', activation: 'Relu' });
    }
  });

  it('such as a pool or a pad before the activation give the tap its size', async () => {
    const pooled = await seen(
      [
        first,
        op('MaxPool', ['y'], 'p', { ints: { kernel_shape: [2, 2], strides: [2, 2] } }),
        op('Relu', ['p'], 'relu'),
        conv(['relu', 'next'], 'z'),
      ],
      weights,
    );
    expect(pooled).toMatchObject({ tap: 'relu', size: '4×4×4', activation: 'Relu' });
    const padded = await seen(
      [first, op('Pad', ['y', 'pads'], 'p'), op('Relu', ['p'], 'relu'), conv(['relu', 'next'], 'z')],
      { ...weights, pads: ints(0, 0, 1, 1, 0, 0, 1, 1) },
    );
    expect(padded).toMatchObject({ tap: 'relu', size: '4×10×10', activation: 'Relu' });
    const bare = await seen(
      [first, op('MaxPool', ['y'], 'p', { ints: { kernel_shape: [2, 2] } }), conv(['p', 'next'], 'z')],
      weights,
    );
    expect(bare).toMatchObject({ tap: 'y', size: '4×8×8', activation: null });
  });

  it('take in a bias that a reshape to channels last put between a convolution of one unit and its ReLU', async () => {
    const nodes = [
      conv(['image', 'one'], 'y'),
      op('Reshape', ['y', 'last'], 't'),
      op('Add', ['t', 'bias'], 'a'),
      op('Relu', ['a'], 'relu'),
      op('Reshape', ['relu', 'firstAgain'], 'back'),
      conv(['back', 'next'], 'z'),
    ];
    const found = await seen(nodes, {
      one: random([1, UNITS, 3, 3], 1),
      bias: { dims: [1], values: [0.5] },
      last: ints(-1, 8, 8, 1),
      firstAgain: ints(-1, 1, 8, 8),
      next: random([4, 1, 3, 3], 3),
    });
    expect(found).toMatchObject({ tap: 'relu', size: '1×8×8', activation: 'Relu' });
    const plain = await seen([conv(['image', 'one', 'b'], 'y'), op('Relu', ['y'], 'relu')], {
      one: random([1, UNITS, 3, 3], 1),
      b: { dims: [1], values: [0.5] },
    });
    expectClose(found.maps, plain.maps);
  });
});

describe('an activation over tokens, as transformers have it', () => {
  const plain = () =>
    seen([conv(['image', 'w'], 'y'), op('Relu', ['y'], 'relu')], { w: random([4, UNITS, 3, 3], 1) });

  it.each([
    ['[image][unit][y·x]', [op('Reshape', ['y', 'flat'], 't'), op('Relu', ['t'], 'relu')]],
    [
      '[image][y·x][unit]',
      [
        op('Reshape', ['y', 'flat'], 'f'),
        op('Transpose', ['f'], 't', { ints: { perm: [0, 2, 1] } }),
        op('Relu', ['t'], 'relu'),
      ],
    ],
    [
      '[image][one head][y·x][unit]',
      [
        op('Reshape', ['y', 'heads'], 'f'),
        op('Transpose', ['f'], 't', { ints: { perm: [0, 1, 3, 2] } }),
        op('Relu', ['t'], 'relu'),
      ],
    ],
  ])('is the tap where nothing makes maps of it again: %s', async (_, nodes) => {
    const found = await seen([conv(['image', 'w'], 'y'), ...nodes], {
      w: random([4, UNITS, 3, 3], 1),
      flat: ints(-1, 4, 64),
      heads: ints(-1, 1, 4, 64),
    });
    expect(found).toMatchObject({ tap: 'relu', size: '4×8×8', activation: 'Relu' });
    expectClose(found.maps, (await plain()).maps);
  });
});

describe('an activation that an exporter wrote out', () => {
  it.each<[string, Node[], Weights, (x: number) => number]>([
    [
      'softplus',
      [op('Exp', ['y'], 'e'), op('Add', ['e', 'k'], 'p'), op('Log', ['p'], 'end')],
      { k: scalar(1) },
      (x) => Math.log(1 + Math.exp(x)),
    ],
    [
      'a sigmoid',
      [
        op('Neg', ['y'], 'm'),
        op('Exp', ['m'], 'e'),
        op('Add', ['e', 'k'], 'p'),
        op('Div', ['k', 'p'], 'end'),
      ],
      { k: scalar(1) },
      (x) => 1 / (1 + Math.exp(-x)),
    ],
    [
      'ReLU6 of two bounds',
      [op('Max', ['y', 'k'], 'm'), op('Min', ['m', 'six'], 'end')],
      { k: scalar(0), six: scalar(0.6) },
      (x) => Math.min(0.6, Math.max(0, x)),
    ],
    [
      'a leaky ReLU of a choice',
      [op('Greater', ['y', 'k'], 'g'), op('Mul', ['y', 'a'], 'm'), op('Where', ['g', 'y', 'm'], 'end')],
      { k: scalar(0), a: scalar(0.1) },
      (x) => (x > 0 ? x : 0.1 * x),
    ],
    [
      'GELU of Tanh',
      [
        op('Pow', ['y', 'three'], 'c'),
        op('Mul', ['c', 'k'], 'kc'),
        op('Add', ['y', 'kc'], 's'),
        op('Mul', ['s', 'r'], 'rs'),
        op('Tanh', ['rs'], 't'),
        op('Add', ['t', 'one'], 'u'),
        op('Mul', ['y', 'u'], 'p'),
        op('Mul', ['p', 'half'], 'end'),
      ],
      {
        three: scalar(3),
        k: scalar(0.044715),
        r: scalar(Math.sqrt(2 / Math.PI)),
        one: scalar(1),
        half: scalar(0.5),
      },
      (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    ],
    [
      'Mish',
      [
        op('Exp', ['y'], 'e'),
        op('Add', ['e', 'k'], 'p'),
        op('Log', ['p'], 'l'),
        op('Tanh', ['l'], 't'),
        op('Mul', ['y', 't'], 'end'),
      ],
      { k: scalar(1) },
      (x) => x * Math.tanh(Math.log(1 + Math.exp(x))),
    ],
    [
      'PReLU of two ReLUs',
      [
        op('Relu', ['y'], 'r'),
        op('Neg', ['y'], 'm'),
        op('Relu', ['m'], 'rm'),
        op('Mul', ['rm', 'slope'], 'sr'),
        op('Add', ['r', 'sr'], 'end'),
      ],
      { slope: { dims: [4, 1, 1], values: [-0.2, -0.2, -0.2, -0.2] } },
      (x) => (x > 0 ? x : 0.2 * x),
    ],
  ])('such as %s is taken where it ends', async (_, nodes, more, value) => {
    const plain = await seen([first, conv(['y', 'next'], 'z')], weights);
    const found = await seen([first, ...nodes, conv(['end', 'next'], 'z')], { ...weights, ...more });
    expect(found.tap).toBe('end');
    expect(found.activation).not.toBeNull();
    expectClose(found.maps, plain.maps.map(value));
  });
});

describe('where the search ends', () => {
  it('an activation beyond a sum or a concatenation is told', async () => {
    const residual = await seen(
      [first, op('Add', ['y', 'image'], 'sum'), op('Relu', ['sum'], 'relu')],
      weights,
    );
    expect(residual).toMatchObject({ tap: 'y', activation: null, note: "Relu follows beyond 'sum' (Add)" });
    const dense = await seen(
      [first, op('Concat', ['y', 'image'], 'both', { int: { axis: 1 } }), op('Relu', ['both'], 'relu')],
      weights,
    );
    expect(dense).toMatchObject({ tap: 'y', note: "Relu follows beyond 'both' (Concat)" });
    const shuffled = await seen(
      [first, op('DepthToSpace', ['y'], 'd', { int: { blocksize: 2 } }), op('Relu', ['d'], 'relu')],
      weights,
    );
    expect(shuffled).toMatchObject({
      tap: 'y',
      size: '4×8×8',
      note: "Relu follows beyond 'd' (DepthToSpace)",
    });
    const next = await seen([first, conv(['y', 'next'], 'z'), op('Relu', ['z'], 'relu')], weights);
    expect(next.note).toBeUndefined();
  });

  it('a reshape that mixes units ends it', async () => {
    const shuffle = await seen(
      [
        first,
        op('Reshape', ['y', 'groups'], 'g'),
        op('Transpose', ['g'], 't', { ints: { perm: [0, 2, 1, 3, 4] } }),
        op('Reshape', ['t', 'maps'], 's'),
        op('Relu', ['s'], 'relu'),
      ],
      { ...weights, groups: ints(0, 2, 2, 8, 8), maps: ints(0, 4, 8, 8) },
    );
    expect(shuffle).toMatchObject({ tap: 'y', size: '4×8×8', activation: null });
  });

  it('what onnxruntime keeps in blocks is refused by name, with the way back', async () => {
    const blocked = seen([{ ...first, name: 'r1_nchwc', domain: 'com.microsoft.nchwc' }], weights);
    await expect(blocked).rejects.toThrow(UnsupportedModelError);
    await expect(blocked).rejects.toThrow(
      /'r1_nchwc' \(Conv of com\.microsoft\.nchwc\) .* ORT_ENABLE_EXTENDED/,
    );
  });
});

it('bounds that an exporter gives the type of the maps are constants: its clip is the activation', async () => {
  const like = (value: string, output: string) => op('CastLike', [value, 'y'], output);
  const next = conv(['clipped', 'next'], 'z');
  const cast = await seen(
    [
      first,
      op('Constant', [], 'zero', { int: { value_int: 0 } }),
      like('zero', 'low'),
      op('Constant', [], 'six', { int: { value_int: 6 } }),
      like('six', 'high'),
      op('Clip', ['y', 'low', 'high'], 'clipped'),
      next,
    ],
    weights,
    { opset: 18 },
  );
  const stored = { ...weights, low: scalar(0), high: scalar(6) };
  const plain = await seen([first, op('Clip', ['y', 'low', 'high'], 'clipped'), next], stored, { opset: 18 });
  expect(cast).toMatchObject({ tap: 'clipped', activation: 'Clip', note: undefined });
  expect(plain).toMatchObject({ tap: 'clipped', activation: 'Clip', note: undefined });
  expect(cast.maps).toEqual(plain.maps);
});
