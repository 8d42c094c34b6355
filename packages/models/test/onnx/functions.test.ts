import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TapKind } from '@unitscope/plan';
import { openModel } from '../../src/open-model.ts';
import type { Model } from '../../src/model.ts';
import { numbers } from '../numbers.ts';
import { onnxBytes, type FunctionSpec, type OnnxSpec } from '../onnx-builder.ts';
import { conv, op, random, type Node, type Weights } from '../onnx-parts.ts';

const SIZE = 8;
const UNITS = 4;
const images = numbers(2 * SIZE * SIZE * UNITS, 21);
let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-functions-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const weights: Weights = {
  w: random([UNITS, UNITS, 3, 3], 1),
  b: random([UNITS], 2),
  next: random([UNITS, UNITS, 3, 3], 3),
};

async function opened<T>(
  nodes: Node[],
  more: Partial<OnnxSpec>,
  use: (model: Model) => Promise<T> | T,
  tap?: TapKind,
): Promise<T> {
  const path = join(folder, `${count++}.onnx`);
  const spec = { input: ['N', UNITS, SIZE, SIZE], nodes, weights, output: nodes.at(-1)!.output, ...more };
  await writeFile(path, onnxBytes(spec));
  const model = await openModel(path, tap === undefined ? {} : { tap });
  try {
    return await use(model);
  } finally {
    await model.dispose();
  }
}

async function mapsOf(model: Model): Promise<Float32Array[]> {
  const maps: Float32Array[] = [];
  await model.forward(images, 2, model.layers, (_, values) => {
    maps.push(Float32Array.from(values));
  });
  return maps;
}

const seen = ({ layers }: Model) =>
  layers.map(({ name, tap, activation, norm }) => [name, tap, activation, norm]);

const act: FunctionSpec = {
  domain: 'pkg.act',
  name: 'MyAct',
  inputs: ['a'],
  outputs: ['o'],
  nodes: [op('Sigmoid', ['a'], 's'), op('Mul', ['a', 's'], 'o')],
};

describe('the local functions of an ONNX network', () => {
  it('are seen through: an activation, and a convolution in a function that calls another', async () => {
    const block: FunctionSpec = {
      domain: 'pkg.net',
      // A name that an operation of ONNX has as well.
      name: 'Conv',
      inputs: ['x', 'k', 'bias'],
      outputs: ['y'],
      attributes: ['group'],
      nodes: [
        op('Conv', ['x', 'k', 'bias'], 't', { ints: { pads: [1, 1, 1, 1] }, references: { group: 'group' } }),
        op('MyAct', ['t'], 'y', { domain: 'pkg.act' }),
      ],
    };
    const functions = await opened(
      [
        conv(['image', 'w', 'b'], 'c1'),
        op('MyAct', ['c1'], 'r1', { domain: 'pkg.act', name: 'act1' }),
        op('Conv', ['r1', 'depth', 'b'], 'r2', { domain: 'pkg.net', name: 'block2', int: { group: 4 } }),
      ],
      { functions: [act, block], weights: { ...weights, depth: random([UNITS, 1, 3, 3], 5) } },
      async (model) => ({
        seen: seen(model),
        maps: await mapsOf(model),
        kinds: model.layers.map(({ kind }) => kind),
      }),
    );
    const plain = await opened(
      [
        conv(['image', 'w', 'b'], 'c1'),
        op('Sigmoid', ['c1'], 's1'),
        op('Mul', ['c1', 's1'], 'r1'),
        conv(['r1', 'depth', 'b'], 'c2', { int: { group: 4 } }),
        op('Sigmoid', ['c2'], 's2'),
        op('Mul', ['c2', 's2'], 'r2'),
      ],
      { weights: { ...weights, depth: random([UNITS, 1, 3, 3], 5) } },
      async (model) => ({ seen: seen(model), maps: await mapsOf(model) }),
    );
    expect(functions.seen).toEqual([
      ['c1', 'r1', 'Sigmoid + Mul', null],
      ['block2/t', 'r2', 'Sigmoid + Mul', null],
    ]);
    expect(functions.kinds).toEqual(['conv', 'depthwise']);
    expect(functions.maps).toEqual(plain.maps);
  });

  it('that call themselves are refused', async () => {
    const endless: FunctionSpec = { ...act, nodes: [op('MyAct', ['a'], 'o', { domain: 'pkg.act' })] };
    const nodes = [op('MyAct', ['image'], 'r', { domain: 'pkg.act' })];
    await expect(opened(nodes, { functions: [endless] }, seen)).rejects.toThrow(
      'local functions that do not end',
    );
  });

  it('of another opset stay, and their convolutions are named as not seen', async () => {
    const older: FunctionSpec = {
      domain: 'pkg.net',
      name: 'Block',
      inputs: ['x', 'k'],
      outputs: ['y'],
      opset: 16,
      nodes: [op('Conv', ['x', 'k'], 'y', { name: 'inner', ints: { pads: [1, 1, 1, 1] } })],
    };
    const nodes = [
      conv(['image', 'w', 'b'], 'c1'),
      op('Relu', ['c1'], 'r1'),
      op('Block', ['r1', 'next'], 'r2', { domain: 'pkg.net', name: 'block' }),
    ];
    const { layers, unseen } = await opened(nodes, { functions: [older] }, ({ layers, unseen }) => ({
      layers: layers.map(({ name }) => name),
      unseen,
    }));
    expect(layers).toEqual(['c1']);
    expect(unseen).toEqual([
      { name: 'inner', reason: expect.stringContaining("the function 'block' (Block)") as string },
    ]);
  });
});

describe('convolutions that cannot be looked at', () => {
  const branch = (to: string) => ({ nodes: [conv(['r1', 'next'], to)], output: to });
  it('inside a branch are named, with the way out', async () => {
    const nodes = [
      conv(['image', 'w', 'b'], 'c1'),
      op('Relu', ['c1'], 'r1'),
      op('If', ['yes'], 'r2', {
        name: 'if1',
        graphs: { then_branch: branch('then'), else_branch: branch('else') },
      }),
    ];
    const yes = { dims: [], values: [1], type: 'bool' as const };
    await opened(nodes, { weights: { ...weights, yes } }, ({ layers, unseen }) => {
      expect(layers.map(({ name }) => name)).toEqual(['c1']);
      expect(unseen.map(({ name }) => name)).toEqual(['then', 'else']);
      expect(unseen[0]!.reason).toMatch(/^inside 'if1' \(If\): export the network without If/);
      expect(unseen[0]!.reason).toContain('ORT_ENABLE_BASIC; s.optimized_model_filepath = "folded.onnx"');
    });
    // What the reason advises.
    const { InferenceSession } = await import('onnxruntime-node');
    const folded = join(folder, 'folded.onnx');
    const bytes = onnxBytes({
      input: ['N', UNITS, SIZE, SIZE],
      nodes,
      weights: { ...weights, yes },
      output: 'r2',
    });
    const session = await InferenceSession.create(bytes, {
      graphOptimizationLevel: 'basic',
      optimizedModelFilePath: folded,
    });
    await session.release();
    const model = await openModel(folded);
    expect([model.layers.length, model.unseen]).toEqual([2, []]);
    await model.dispose();
  });

  it('of other than two dimensions are named', async () => {
    const nodes = [
      conv(['image', 'w', 'b'], 'c1'),
      op('Reshape', ['c1', 'rows'], 'flat'),
      op('Conv', ['flat', 'k'], 'line', { name: 'line' }),
    ];
    const more = {
      rows: { dims: [3], values: [0, 4, -1], type: 'int64' as const },
      k: random([UNITS, UNITS, 3], 4),
    };
    await opened(nodes, { weights: { ...weights, ...more } }, ({ layers, unseen }) => {
      expect(layers.map(({ name }) => name)).toEqual(['c1']);
      expect(unseen).toEqual([
        { name: 'line', reason: 'Conv with a kernel that is not of two dimensions makes no N×N maps' },
      ]);
    });
  });
});

describe('what onnxruntime fused into a convolution', () => {
  const fused = (activation: string, params: number[], inputs = ['image', 'w', 'b']) =>
    op('FusedConv', inputs, 'r', {
      domain: 'com.microsoft',
      name: 'f',
      ints: { pads: [1, 1, 1, 1] },
      text: { activation },
      floats: { activation_params: params },
    });
  it.each<[string, number[], (x: number) => number]>([
    ['Relu', [], (x) => Math.max(0, x)],
    ['LeakyRelu', [0.2], (x) => (x > 0 ? x : x * Math.fround(0.2))],
    ['Clip', [-0.5, 0.75], (x) => Math.min(0.75, Math.max(-0.5, x))],
    ['HardSigmoid', [0.25, 0.5], (x) => Math.min(1, Math.max(0, 0.25 * x + 0.5))],
  ])('as %s is taken apart', async (activation, params, value) => {
    const found = await opened([fused(activation, params)], {}, async (model) => ({
      seen: seen(model),
      maps: await mapsOf(model),
      norms: await model.l1Norms(model.layers[0]!),
    }));
    expect(found.seen).toEqual([['f', 'r', activation, null]]);
    const before = await opened([fused(activation, params)], {}, mapsOf, 'pre-activation');
    const plain = await opened([conv(['image', 'w', 'b'], 'y')], {}, async (model) => ({
      maps: await mapsOf(model),
      norms: await model.l1Norms(model.layers[0]!),
    }));
    expect(found.norms).toEqual(plain.norms);
    for (const [at, x] of plain.maps[0]!.entries()) {
      expect(before[0]![at]).toBeCloseTo(x, 5);
      expect(found.maps[0]![at]).toBeCloseTo(value(x), 5);
    }
  });

  it('as a sum with a shortcut is taken apart: the tap is what the convolution makes', async () => {
    const found = await opened([fused('Relu', [], ['image', 'w', 'b', 'image'])], {}, async (model) => ({
      seen: seen(model),
      note: model.layers[0]!.note,
      maps: await mapsOf(model),
    }));
    expect(found.seen).toEqual([['f', 'r/convolution', null, null]]);
    expect(found.note).toBe("Relu follows beyond 'f/sum' (Add)");
    const plain = await opened([conv(['image', 'w', 'b'], 'y')], {}, mapsOf);
    expect(found.maps).toEqual(plain);
  });
});
