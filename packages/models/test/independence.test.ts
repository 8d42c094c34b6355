import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnsupportedModelError } from '../src/errors.ts';
import { batchOf, noiseImage } from '../src/independence/noise.ts';
import type { Model, OpenOptions } from '../src/model.ts';
import { openModel } from '../src/open-model.ts';
import { onnxBytes, type OnnxSpec } from './onnx-builder.ts';
import { conv, op, random, type Node, type Weights } from './onnx-parts.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-independence-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function opened<T>(
  spec: OnnxSpec,
  use: (model: Model) => Promise<T> | T,
  options?: OpenOptions,
): Promise<T> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, onnxBytes(spec));
  const model = await openModel(path, options);
  try {
    return await use(model);
  } finally {
    await model.dispose();
  }
}

const norm: Weights = {
  scale: { dims: [4], values: [1, 2, 3, 4] },
  bias: { dims: [4], values: [0, 1, 0, 1] },
  mean: { dims: [4], values: [0, 0, 0, 0] },
  variance: { dims: [4], values: [1, 1, 1, 1] },
};
const NORM = ['c', 'scale', 'bias', 'mean', 'variance'];

function network(nodes: Node[], weights: Weights = {}, more: Partial<OnnxSpec> = {}): OnnxSpec {
  return {
    input: ['N', 3, 8, 8],
    nodes: [conv(['image', 'w'], 'c'), ...nodes, op('Relu', ['n'], 'r')],
    weights: { w: random([4, 3, 3, 3], 1), ...weights },
    output: 'r',
    ...more,
  };
}

const trained = network(
  [op('BatchNormalization', NORM, 'n', { name: 'bn', outputs: ['n', 'm', 'v'], int: { training_mode: 1 } })],
  norm,
);

describe('a network whose images influence each other', () => {
  it('is refused where a batch norm runs as in a training, whatever the batch', async () => {
    for (const spec of [trained, { ...trained, input: [1, 3, 8, 8] }]) {
      const open = opened(spec, () => null);
      await expect(open).rejects.toThrow(UnsupportedModelError);
      await expect(open).rejects.toThrow(
        /operation BatchNormalization 'bn' runs as in a training.*model\.eval\(\) before the export/,
      );
    }
  });

  it('is taken where its batch norm uses what is stored', async () => {
    await opened(network([op('BatchNormalization', NORM, 'n')], norm), ({ alone, layers }) => {
      expect([alone, layers[0]?.measurable]).toEqual([undefined, true]);
    });
  });

  it.each([
    [7, 1],
    [8, 0],
  ])('is taken with a batch norm of opset %i whose `spatial` is %i', async (opset, spatial) => {
    const whole = Object.entries(norm).map(([name, { values }]): [string, Weights[string]] => {
      const each = values.flatMap((value) => Array.from({ length: spatial === 1 ? 1 : 64 }, () => value));
      return [name, { dims: spatial === 1 ? [4] : [4, 8, 8], values: each }];
    });
    const old = network(
      [op('BatchNormalization', NORM, 'n', { int: { spatial } })],
      Object.fromEntries(whole),
      { opset },
    );
    const mapsOf = (spec: OnnxSpec): Promise<Float32Array> =>
      opened(spec, async (model) => {
        expect(model.layers).toMatchObject([{ norm: 'BatchNormalization', activation: 'Relu' }]);
        let found = new Float32Array();
        await model.forward(noiseImage(3 * 64, 0), 1, model.layers, (_, maps) => {
          found = maps.slice();
        });
        return found;
      });
    const expected = await mapsOf(network([op('BatchNormalization', NORM, 'n')], norm));
    for (const [at, value] of (await mapsOf(old)).entries()) expect(value).toBeCloseTo(expected[at]!, 4);
  });

  it('is refused with the way to a newer opset where onnxruntime has no batch norm of its own', async () => {
    const old = network([op('BatchNormalization', NORM, 'n', { int: { is_test: 1 } })], norm, { opset: 6 });
    await expect(opened(old, () => null)).rejects.toThrow(
      /the file is of opset 6, .*\(version_converter\.convert_version\(onnx\.load\("model\.onnx"\), 17\)/,
    );
  });

  it('is refused where statistics of the batch are written out, with the operation that takes them', async () => {
    const written = network([
      op('ReduceMean', ['c'], 'mean', {
        name: 'batch_mean',
        ints: { axes: [0, 2, 3] },
        int: { keepdims: 1 },
      }),
      op('Sub', ['c', 'mean'], 'n'),
    ]);
    await expect(opened(written, () => null)).rejects.toThrow(
      /layer 'c': an image's maps depend on the other images of its batch, by its operation ReduceMean 'batch_mean'; give `batchSize: 1`/,
    );
  });

  it('is refused where a few units of an image come from the image before it', async () => {
    // The temporal shift of video networks, forwards: one unit of four.
    const shifted = network(
      [
        op('Slice', ['c', 'zero', 'one', 'axis'], 'first'),
        op('Slice', ['c', 'one', 'end', 'axis'], 'rest'),
        op('Slice', ['first', 'zero', 'last', 'images'], 'earlier'),
        op('Slice', ['first', 'zero', 'one', 'images'], 'black'),
        op('Concat', ['black', 'earlier'], 'moved', { name: 'shift', int: { axis: 0 } }),
        op('Concat', ['moved', 'rest'], 'n', { int: { axis: 1 } }),
      ],
      {
        zero: { dims: [1], values: [0], type: 'int64' },
        one: { dims: [1], values: [1], type: 'int64' },
        end: { dims: [1], values: [4], type: 'int64' },
        last: { dims: [1], values: [-1], type: 'int64' },
        axis: { dims: [1], values: [1], type: 'int64' },
        images: { dims: [1], values: [0], type: 'int64' },
      },
    );
    // The layer is the one that reads what was shifted: its tap is beyond the shift.
    const spec = { ...shifted, nodes: [...shifted.nodes, conv(['r', 'w2'], 'second')], output: 'second' };
    const weights = { ...shifted.weights, w2: random([4, 4, 3, 3], 2) };
    await expect(opened({ ...spec, weights }, () => null)).rejects.toThrow(
      /layer 'second': an image's maps depend on the other images of its batch/,
    );
  });

  it('is measured image by image where the spec says batchSize: 1', async () => {
    const written = network([
      op('ReduceMean', ['c'], 'mean', { ints: { axes: [0, 2, 3] }, int: { keepdims: 1 } }),
      op('Sub', ['c', 'mean'], 'n'),
    ]);
    await opened(written, ({ layers }) => expect(layers).toHaveLength(1), { oneByOne: true });
  });

  it('is refused with the cure for it where it fixes a batch of several', async () => {
    const written = network(
      [
        op('ReduceMean', ['c'], 'mean', { ints: { axes: [0, 2, 3] }, int: { keepdims: 1 } }),
        op('Sub', ['c', 'mean'], 'n'),
      ],
      {},
      { input: [3, 3, 8, 8] },
    );
    await expect(opened(written, () => null, { oneByOne: true })).rejects.toThrow(
      /; export the network for one image, or for any number$/,
    );
  });
});

describe('a network that quantises a batch by one range', () => {
  const dynamic = (input: OnnxSpec['input']): OnnxSpec => ({
    input,
    nodes: [
      op('DynamicQuantizeLinear', ['image'], 'q', { name: 'range', outputs: ['q', 'scale', 'zero'] }),
      op('ConvInteger', ['q', 'w', 'zero'], 'integers', { name: 'conv', ints: { pads: [1, 1, 1, 1] } }),
      op('Cast', ['integers'], 'floats', { int: { to: 1 } }),
      op('Mul', ['floats', 'scale'], 'n'),
      op('Relu', ['n'], 'r'),
    ],
    weights: {
      w: {
        dims: [4, 3, 3, 3],
        values: [...random([108], 1).values].map((value) => Math.round(20 * value)),
        type: 'int8',
      },
    },
    output: 'r',
  });

  it('has its images go through one at a time, and says why', async () => {
    await opened(dynamic(['N', 3, 8, 8]), async (model) => {
      expect(model.alone).toBe("DynamicQuantizeLinear 'range' takes one scale for a whole batch");
      const images = [0, 1].map((which) => noiseImage(3 * 64, which));
      const read = async (batch: Float32Array, count: number): Promise<Float32Array> => {
        let found = new Float32Array();
        await model.forward(batch, count, model.layers, (_, maps) => {
          found = maps.slice();
        });
        return found;
      };
      const both = await read(batchOf(images), 2);
      const alone = [await read(images[0]!, 1), await read(images[1]!, 1)];
      expect(both).toEqual(batchOf(alone));
    });
  });

  it('is refused where the number of images is fixed', async () => {
    await expect(opened(dynamic([2, 3, 8, 8]), () => null)).rejects.toThrow(
      /DynamicQuantizeLinear 'range' takes one scale for all 2 images/,
    );
    await opened(dynamic([1, 3, 8, 8]), ({ layers }) => expect(layers).toHaveLength(1));
  });
});

describe('a network that draws by chance', () => {
  it('is refused, with the operation that draws, also for one image alone', async () => {
    const noisy = network([
      op('RandomNormalLike', ['c'], 'noise', { name: 'jitter' }),
      op('Add', ['c', 'noise'], 'n'),
    ]);
    for (const spec of [noisy, { ...noisy, input: [1, 3, 8, 8] }]) {
      // Where the sum of two computed tensors ends the search, a second convolution sees the noise.
      const nodes = [...spec.nodes, conv(['r', 'w2'], 'second')];
      const weights = { ...spec.weights, w2: random([4, 4, 3, 3], 2) };
      await expect(opened({ ...spec, nodes, weights, output: 'second' }, () => null)).rejects.toThrow(
        /the same image has other maps each time the network runs.*; export the network in inference mode/,
      );
    }
  });
});
