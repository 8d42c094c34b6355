import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AblatedNetwork } from '../../src/ablation/ablated-network.ts';
import { AblationError, UnknownLayerError } from '../../src/errors.ts';
import { openAblation } from '../../src/ablation/open-ablation.ts';
import { openModel } from '../../src/open-model.ts';
import type { AblationOptions } from '../../src/ablation/onnx-ablation.ts';
import { numbers } from '../numbers.ts';
import { onnxBytes, type OnnxSpec } from '../onnx-builder.ts';
import { conv, op, random, type Node, type Weights } from '../onnx-parts.ts';

const SIZE = 8;
const UNITS = 4;
const COUNT = 3;
const images = numbers(COUNT * SIZE * SIZE * UNITS, 20);
let folder: string;
let written = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-ablation-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** `nodes` from `image` to `maps`, then a 3×3 convolution, pooling and a dense layer of five classes. */
function classifier(nodes: Node[], weights: Weights, more: Partial<OnnxSpec> = {}): OnnxSpec {
  return {
    input: ['N', UNITS, SIZE, SIZE],
    nodes: [
      ...nodes,
      conv(['maps', 'lastW', 'lastB'], 'last'),
      op('GlobalAveragePool', ['last'], 'pool'),
      op('Flatten', ['pool'], 'flat'),
      op('Gemm', ['flat', 'denseW', 'denseB'], 'scores', { name: 'dense' }),
    ],
    weights: {
      lastW: random([6, UNITS, 3, 3], 11),
      lastB: random([6], 12),
      denseW: random([6, 5], 13),
      denseB: random([5], 14),
      ...weights,
    },
    output: 'scores',
    ...more,
  };
}

async function save(spec: OnnxSpec): Promise<string> {
  const path = join(folder, `${written++}.onnx`);
  await writeFile(path, onnxBytes(spec));
  return path;
}

async function withLayer<T>(
  spec: OnnxSpec,
  layer: string,
  use: (network: AblatedNetwork) => Promise<T>,
  options?: AblationOptions,
): Promise<T> {
  const network = await openAblation(await save(spec), layer, options);
  try {
    return await use(network);
  } finally {
    await network.dispose();
  }
}

const only = (...units: number[]): Uint8Array =>
  Uint8Array.from({ length: UNITS }, (_, unit) => (units.includes(unit) ? 1 : 0));

/** −0 is 0. */
const plain = (values: Float32Array): number[] => Array.from(values, (value) => value + 0);

/** With 0 in the entries that belong to these units; `axis` is the units', of [unit, …] or [in, unit, …]. */
function zeroed(
  { dims, values, ...rest }: Weights[string],
  units: readonly number[],
  axis = 0,
): Weights[string] {
  const inner = dims.slice(axis + 1).reduce((product, size) => product * size, 1);
  const unit = (at: number): number => Math.floor(at / inner) % dims[axis]!;
  return { dims, ...rest, values: values.map((value, at) => (units.includes(unit(at)) ? 0 : value)) };
}

const w = random([UNITS, UNITS, 3, 3], 1);
const b = random([UNITS], 2);
const norm = {
  gamma: random([UNITS], 3),
  beta: random([UNITS], 4),
  mean: random([UNITS], 5),
  variance: { dims: [UNITS], values: [0.5, 1, 2, 3] },
};
const batchNorm = (from: string, to: string): Node =>
  op('BatchNormalization', [from, 'gamma', 'beta', 'mean', 'variance'], to);

interface Case {
  nodes: Node[];
  weights: Weights;
  /** The weights of a network in which these units are ablated. */
  zero: (units: readonly number[]) => Weights;
  /** What the tap of an ablated unit holds. */
  value?: number;
  layer?: string;
}

const normed = (units: readonly number[]): Weights => ({
  w: zeroed(w, units),
  gamma: zeroed(norm.gamma, units),
  beta: zeroed(norm.beta, units),
});

const ABLATED = [[], [2], [2, 0], [0]] as const;

const CASES: Record<string, Case> = {
  'a convolution with a bias': {
    nodes: [conv(['image', 'w', 'b'], 'y'), op('Relu', ['y'], 'maps')],
    weights: { w, b },
    zero: (units) => ({ w: zeroed(w, units), b: zeroed(b, units) }),
  },
  'a convolution whose activation of 0 is not 0': {
    nodes: [conv(['image', 'w', 'b'], 'y'), op('Sigmoid', ['y'], 'maps')],
    weights: { w, b },
    zero: (units) => ({ w: zeroed(w, units), b: zeroed(b, units) }),
    value: 0.5,
  },
  'a convolution with a batch norm, whose scale and shift go too': {
    nodes: [conv(['image', 'w'], 'y'), batchNorm('y', 'bn'), op('Relu', ['bn'], 'maps')],
    weights: { w, ...norm },
    zero: normed,
  },
  'a convolution with a batch norm and no activation': {
    nodes: [conv(['image', 'w'], 'y'), batchNorm('y', 'maps')],
    weights: { w, ...norm },
    zero: normed,
  },
  'a convolution with SiLU written out': {
    nodes: [conv(['image', 'w', 'b'], 'y'), op('Sigmoid', ['y'], 'gate'), op('Mul', ['y', 'gate'], 'maps')],
    weights: { w, b },
    zero: (units) => ({ w: zeroed(w, units), b: zeroed(b, units) }),
  },
  'a depthwise convolution': {
    nodes: [conv(['image', 'dw', 'b'], 'y', { int: { group: UNITS } }), op('Relu', ['y'], 'maps')],
    weights: { dw: random([UNITS, 1, 3, 3], 6), b },
    zero: (units) => ({ dw: zeroed(random([UNITS, 1, 3, 3], 6), units), b: zeroed(b, units) }),
  },
  'a grouped convolution': {
    nodes: [conv(['image', 'gw', 'b'], 'y', { int: { group: 2 } }), op('Relu', ['y'], 'maps')],
    weights: { gw: random([UNITS, 2, 3, 3], 7), b },
    zero: (units) => ({ gw: zeroed(random([UNITS, 2, 3, 3], 7), units), b: zeroed(b, units) }),
  },
  'a transposed convolution, whose kernel has its units second': {
    nodes: [conv(['image', 'w', 'b'], 'y', { op: 'ConvTranspose' }), op('Relu', ['y'], 'maps')],
    weights: { w, b },
    zero: (units) => ({ w: zeroed(w, units, 1), b: zeroed(b, units) }),
  },
  'a convolution before a residual addition, which keeps the shortcut': {
    nodes: [
      conv(['image', 'w'], 'y'),
      batchNorm('y', 'bn'),
      op('Add', ['bn', 'image'], 'sum'),
      op('Relu', ['sum'], 'maps'),
    ],
    weights: { w, ...norm },
    zero: normed,
  },
  'a convolution that a shortcut leaves before its batch norm': {
    nodes: [
      conv(['image', 'w'], 'y'),
      batchNorm('y', 'bn'),
      op('Relu', ['bn'], 'relu'),
      conv(['relu', 'w2'], 'z'),
      op('Add', ['z', 'y'], 'maps'),
    ],
    weights: { w, w2: random([UNITS, UNITS, 3, 3], 8), ...norm },
    zero: normed,
  },
  'a convolution that shares its kernel with the one before it': {
    nodes: [
      conv(['image', 'w', 'b'], 'x'),
      op('Relu', ['x'], 'relu'),
      conv(['relu', 'own', 'ownB'], 'y'),
      op('Relu', ['y'], 'maps'),
    ],
    weights: { w, b, own: w, ownB: b },
    zero: (units) => ({ own: zeroed(w, units), ownB: zeroed(b, units) }),
  },
  'a convolution whose maps are channels last after it': {
    nodes: [
      conv(['image', 'w'], 'y'),
      op('Transpose', ['y'], 'turned', { ints: { perm: [0, 2, 3, 1] } }),
      op('Add', ['turned', 'b'], 'biased'),
      op('Relu', ['biased'], 'relu'),
      op('Transpose', ['relu'], 'maps', { ints: { perm: [0, 3, 1, 2] } }),
    ],
    weights: { w, b },
    zero: (units) => ({ w: zeroed(w, units), b: zeroed(b, units) }),
  },
  'the first of two layers, whose input goes past it': {
    nodes: [
      conv(['image', 'w', 'b'], 'y'),
      op('Relu', ['y'], 'relu'),
      op('Shape', ['image'], 'shape'),
      op('Reshape', ['relu', 'shape'], 'same'),
      op('Mul', ['same', 'image'], 'maps'),
    ],
    weights: { w, b },
    zero: (units) => ({ w: zeroed(w, units), b: zeroed(b, units) }),
  },
};

describe.each(Object.entries(CASES))('%s', (_, { nodes, weights, zero, value = 0, layer = 'y' }) => {
  it('leaves the activation of 0 in the maps of a unit that is ablated, and all others as they were', async () => {
    await withLayer(classifier(nodes, weights), layer, async (network) => {
      expect(network).toMatchObject({ classes: 5, batch: null, layer: { units: UNITS, height: SIZE } });
      const batch = await network.begin(images, COUNT);
      const whole = await batch.maps(only());
      const found = await batch.maps(only(1, 3));
      expect(whole.length).toBe(COUNT * UNITS * SIZE * SIZE);
      for (const [at, was] of whole.entries()) {
        const unit = Math.floor(at / (SIZE * SIZE)) % UNITS;
        expect(found[at]! + 0).toBe(unit % 2 === 1 ? value : was);
      }
      // Nothing of it stays behind.
      expect(await batch.maps(only())).toEqual(whole);
      batch.dispose();
    });
  });

  it('scores as the network whose weights of these units are 0, to the bit', async () => {
    const ablated = await withLayer(classifier(nodes, weights), layer, async (network) => {
      const batch = await network.begin(images, COUNT);
      // All at once: each is answered for its own units.
      const scores = ABLATED.map((units) => batch.scores(only(...units)));
      return (await Promise.all(scores)).map(plain);
    });
    for (const [i, units] of ABLATED.entries()) {
      const changed = classifier(nodes, { ...weights, ...zero(units) });
      const expected = await withLayer(changed, layer, async (network) => {
        const batch = await network.begin(images, COUNT);
        return plain(await batch.scores(only()));
      });
      expect(ablated[i]).toEqual(expected);
    }
    expect(ablated[1]).not.toEqual(ablated[0]);
  });
});

describe('a layer of an ONNX network', () => {
  const relu = CASES['a convolution with a bias']!;

  it('has the maps that the whole network makes', async () => {
    const path = await save(classifier(relu.nodes, relu.weights));
    const model = await openModel(path);
    let expected = new Float32Array();
    await model.forward(images, COUNT, [model.layers[0]!], (_, maps) => {
      expected = Float32Array.from(maps);
    });
    await model.dispose();
    const network = await openAblation(path, 'y');
    const found = await (await network.begin(images, COUNT)).maps(only());
    for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 5);
    await network.dispose();
  });

  it('is ablated where its weights are computed: constants, integers, another file', async () => {
    const kernel = w.values.map((value) => Math.round(20 * value));
    const round = {
      scale: { dims: [], values: [0.05] },
      zero: { dims: [], values: [0], type: 'int8' as const },
    };
    const quantised = classifier(
      [
        op('DequantizeLinear', ['q', 'scale', 'zero'], 'dw'),
        conv(['image', 'dw', 'b'], 'y'),
        op('Relu', ['y'], 'maps'),
      ],
      { q: { dims: w.dims, values: kernel, type: 'int8' }, b, ...round },
    );
    const external = classifier(relu.nodes, {
      ...relu.weights,
      w: { dims: w.dims, values: [], location: 'w.bin' },
    });
    await writeFile(join(folder, 'w.bin'), new Uint8Array(Float32Array.from(w.values).buffer));
    const computed = classifier(
      [op('Identity', ['w'], 'kernel'), conv(['image', 'kernel', 'b'], 'y'), op('Relu', ['y'], 'maps')],
      relu.weights,
    );
    for (const spec of [quantised, external, computed]) {
      await withLayer(spec, 'y', async (network) => {
        const batch = await network.begin(images, COUNT);
        const maps = await batch.maps(only(2));
        const unit = (at: number): number => Math.floor(at / (SIZE * SIZE)) % UNITS;
        expect(maps.every((value, at) => unit(at) !== 2 || value === 0)).toBe(true);
        expect(maps.some((value) => value > 0)).toBe(true);
      });
    }
  });

  it('is ablated alone where another layer has the same kernel', async () => {
    const shared = classifier(
      [
        conv(['image', 'w', 'b'], 'x'),
        op('Relu', ['x'], 'relu'),
        conv(['relu', 'w', 'b'], 'y'),
        op('Relu', ['y'], 'maps'),
      ],
      { w, b },
    );
    const apart = CASES['a convolution that shares its kernel with the one before it']!;
    const scores = (spec: OnnxSpec): Promise<number[]> =>
      withLayer(spec, 'y', async (network) =>
        plain(await (await network.begin(images, COUNT)).scores(only(1))),
      );
    expect(await scores(shared)).toEqual(await scores(classifier(apart.nodes, apart.weights)));
  });

  it('is ablated in the sum, on both ways into it, where residual blocks are looked at', async () => {
    const nodes = [
      conv(['image', 'w', 'b'], 'y'),
      op('Add', ['y', 'image'], 'sum', { name: 'block' }),
      op('Relu', ['sum'], 'maps'),
    ];
    const masked = [...nodes];
    masked[1] = op('Add', ['y', 'image'], 'whole', { name: 'block' });
    masked.splice(2, 0, op('Mul', ['whole', 'mask'], 'sum'));
    const mask = { dims: [1, UNITS, 1, 1], values: [1, 0, 1, 1] };
    const expected = await withLayer(classifier(masked, { w, b, mask }), 'y', async (network) =>
      plain(await (await network.begin(images, COUNT)).scores(only())),
    );
    const tap = { tap: 'block-output' } as const;
    await withLayer(
      classifier(nodes, { w, b }),
      'block',
      async (network) => {
        const batch = await network.begin(images, COUNT);
        const found = plain(await batch.scores(only(1)));
        for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 5);
        const maps = await batch.maps(only(1));
        expect(
          maps.filter((_, at) => Math.floor(at / (SIZE * SIZE)) % UNITS === 1).every((value) => value === 0),
        ).toBe(true);
      },
      tap,
    );
  });

  it('scores before the softmax that ends the network', async () => {
    const { nodes, ...rest } = classifier(relu.nodes, relu.weights);
    const softmax = { ...rest, nodes: [...nodes, op('Softmax', ['scores'], 'shares')], output: 'shares' };
    const of = (spec: OnnxSpec): Promise<number[]> =>
      withLayer(spec, 'y', async (network) =>
        plain(await (await network.begin(images, COUNT)).scores(only(0))),
      );
    expect(await of(softmax)).toEqual(await of({ ...rest, nodes }));
  });

  it('is fed with fewer images than the network fixes', async () => {
    const fixed = classifier(relu.nodes, relu.weights, { input: [4, UNITS, SIZE, SIZE] });
    await withLayer(fixed, 'y', async (network) => {
      expect(network.batch).toBe(4);
      const batch = await network.begin(images, COUNT);
      expect(await batch.scores(only(1))).toHaveLength(5 * COUNT);
      expect(await batch.maps(only(1))).toHaveLength(COUNT * UNITS * SIZE * SIZE);
    });
  });

  it('is refused by name and reason', async () => {
    const path = await save(classifier(relu.nodes, relu.weights));
    await expect(openAblation(path, 'Y')).rejects.toThrow(UnknownLayerError);
    await expect(openAblation(path, 'lasst')).rejects.toThrow(
      "no layer is called 'lasst'; did you mean 'last'?",
    );
    await expect(openAblation(path, 'scores')).rejects.toThrow(/no layer is called 'scores'/);
    await expect(openAblation(path, 'dense')).rejects.toThrow(
      "'dense' (Gemm) makes no maps that are looked at",
    );
    await expect(openAblation(path, 'y', { output: 'flat' })).rejects.toThrow(AblationError);
    const aside = classifier([...relu.nodes, conv(['image', 'w'], 'aside')], relu.weights);
    await expect(openAblation(await save(aside), 'aside')).rejects.toThrow(
      "does not depend on layer 'aside'",
    );
    const { nodes, ...rest } = classifier(relu.nodes, relu.weights);
    const sigmoid = { ...rest, nodes: [...nodes, op('Sigmoid', ['scores'], 'shares')], output: 'shares' };
    await expect(openAblation(await save(sigmoid), 'y')).rejects.toThrow("output 'shares' ends in a sigmoid");
    const maps = { ...rest, nodes, output: 'last' };
    await expect(openAblation(await save(maps), 'y')).rejects.toThrow('found the sizes [images, 6, 8, 8]');
  });
});
