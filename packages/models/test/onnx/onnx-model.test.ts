import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnreadableModelError, UnsupportedModelError } from '../../src/errors.ts';
import { modelFiles } from '../../src/files/model-files.ts';
import type { Model, OpenOptions } from '../../src/model.ts';
import { openModel } from '../../src/open-model.ts';
import { numbers, plainConvolution } from '../numbers.ts';
import { onnxBytes, type OnnxSpec } from '../onnx-builder.ts';

const WIDTH = 8;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-onnx-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const same = { ints: { pads: [1, 1, 1, 1] } };
const kernel = numbers(4 * 3 * 3 * 3, 1);
const depthwise = numbers(4 * 3 * 3, 2);

/** conv → batch norm → ReLU → depthwise conv → SiLU → 1×1 conv → pooling. */
function network(changes: Partial<OnnxSpec> = {}): OnnxSpec {
  const constants = (value: number) => ({ dims: [4], values: Array<number>(4).fill(value) });
  return {
    input: ['N', 3, WIDTH, WIDTH],
    nodes: [
      { op: 'Conv', name: 'first', inputs: ['image', 'w1'], output: 'c1', ...same },
      { op: 'BatchNormalization', inputs: ['c1', 'gamma', 'beta', 'mean', 'var'], output: 'bn' },
      { op: 'Relu', inputs: ['bn'], output: 'relu' },
      { op: 'Conv', inputs: ['relu', 'w2'], output: 'c2', ...same, int: { group: 4 } },
      { op: 'Sigmoid', inputs: ['c2'], output: 'gate' },
      { op: 'Mul', inputs: ['c2', 'gate'], output: 'silu' },
      { op: 'Conv', name: 'last', inputs: ['silu', 'w3'], output: 'c3' },
      { op: 'GlobalAveragePool', inputs: ['c3'], output: 'pool' },
    ],
    weights: {
      w1: { dims: [4, 3, 3, 3], values: [...kernel] },
      gamma: constants(2),
      beta: constants(0.25),
      mean: constants(0),
      var: constants(1 - 1e-5),
      w2: { dims: [4, 1, 3, 3], values: [...depthwise], plain: true },
      w3: { dims: [2, 4, 1, 1], values: [1, 2, 3, 4, -1, -2, -3, -4] },
    },
    output: 'pool',
    ...changes,
  };
}

async function write(name: string, spec: OnnxSpec): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, onnxBytes(spec));
  return path;
}

async function mapsOf(model: Model, images: Float32Array, count: number): Promise<Map<string, Float32Array>> {
  const maps = new Map<string, Float32Array>();
  await model.forward(images, count, model.layers, (layer, values) => {
    maps.set(layer.name, Float32Array.from(values));
  });
  return maps;
}

async function withModel<T>(
  path: string,
  use: (model: Model) => Promise<T>,
  options?: OpenOptions,
): Promise<T> {
  const model = await openModel(path, options);
  try {
    return await use(model);
  } finally {
    await model.dispose();
  }
}

describe('an ONNX model', () => {
  it('lists its convolutions with what the next layer sees', async () => {
    await withModel(await write('layers.onnx', network()), (model) => {
      expect(model.backend).toMatch(/^onnxruntime-node \d+\.\d+\.\d+ \w+-\w+$/);
      expect(model.input).toEqual({ height: WIDTH, width: WIDTH, channels: 3 });
      const common = { height: WIDTH, width: WIDTH, norm: null, measurable: true };
      expect(model.layers).toEqual([
        {
          ...common,
          name: 'first',
          index: 0,
          kind: 'conv',
          units: 4,
          tap: 'relu',
          norm: 'BatchNormalization',
          activation: 'Relu',
        },
        {
          ...common,
          name: 'c2',
          index: 1,
          kind: 'depthwise',
          units: 4,
          tap: 'silu',
          activation: 'Sigmoid + Mul',
        },
        { ...common, name: 'last', index: 2, kind: 'conv', units: 2, tap: 'c3', activation: null },
      ]);
      return Promise.resolve();
    });
  });

  it('gives the maps a plain convolution gives, image by image and unit by unit', async () => {
    const count = 3;
    const pixels = WIDTH * WIDTH;
    const images = numbers(count * pixels * 3, 5);
    const maps = await withModel(await write('maps.onnx', network()), (model) =>
      mapsOf(model, images, count),
    );
    const found = maps.get('first')!;
    expect(found.length).toBe(count * 4 * pixels);
    for (let image = 0; image < count; image++) {
      const planar = Float32Array.from(
        { length: 3 * pixels },
        (_, at) => images[(image * pixels + (at % pixels)) * 3 + Math.floor(at / pixels)]!,
      );
      const expected = plainConvolution(planar, kernel, { channels: 3, units: 4, size: 3, width: WIDTH });
      for (const [at, value] of expected.entries()) {
        expect(found[image * expected.length + at]).toBeCloseTo(Math.max(0, 2 * value + 0.25), 4);
      }
    }
  });

  it('gives the same floats whatever layers are asked for, and with one thread or two', async () => {
    const path = await write('request.onnx', network());
    const images = numbers(2 * WIDTH * WIDTH * 3, 6);
    const all = await withModel(path, (model) => mapsOf(model, images, 2), { threads: 2 });
    await withModel(path, async (model) => {
      for (const layer of model.layers) {
        await model.forward(images, 2, [layer], ({ name }, values) => {
          expect(values).toEqual(all.get(name));
        });
      }
    });
  });

  it('knows the L1 norm of each kernel, raw or plain', async () => {
    await withModel(await write('norms.onnx', network()), async (model) => {
      const sum = (values: Float32Array) => values.reduce((total, value) => total + Math.abs(value), 0);
      const [first, second, last] = model.layers;
      const norms = await model.l1Norms(first!);
      expect(norms![1]).toBeCloseTo(sum(kernel.subarray(27, 54)), 12);
      expect((await model.l1Norms(second!))![3]).toBeCloseTo(sum(depthwise.subarray(27)), 12);
      expect([...(await model.l1Norms(last!))!]).toEqual([10, 10]);
    });
  });

  it('runs a model of one image a time over many', async () => {
    const images = numbers(3 * WIDTH * WIDTH * 3, 7);
    const many = await withModel(await write('many.onnx', network()), (model) => mapsOf(model, images, 3));
    const fixed = network({ input: [2, 3, WIDTH, WIDTH] });
    const one = await withModel(await write('fixed.onnx', fixed), (model) => mapsOf(model, images, 3));
    expect(one.get('first')).toEqual(many.get('first'));
    expect(one.get('last')!.length).toBe(many.get('last')!.length);
  });

  it('feeds a model that takes channels last', async () => {
    const turn = { op: 'Transpose', inputs: ['image'], output: 'turned', ints: { perm: [0, 3, 1, 2] } };
    const [first, ...rest] = network().nodes;
    const nodes = [turn, { ...first!, inputs: ['turned', 'w1'] }, ...rest];
    const spec = network({ input: ['N', WIDTH, WIDTH, 3], nodes });
    const images = numbers(WIDTH * WIDTH * 3, 8);
    const last = await withModel(await write('last.onnx', spec), (model) => mapsOf(model, images, 1));
    const usual = await withModel(await write('usual.onnx', network()), (model) => mapsOf(model, images, 1));
    expect(last.get('first')).toEqual(usual.get('first'));
  });

  it('reads weights that lie beside it, and lists them among its files', async () => {
    const spec = network();
    spec.weights['w1'] = { dims: [4, 3, 3, 3], values: [], location: 'external.bin' };
    const path = await write('external.onnx', spec);
    await writeFile(join(folder, 'external.bin'), new Uint8Array(kernel.buffer));
    expect(await modelFiles(path)).toEqual({
      format: 'onnx',
      files: [
        { name: 'external.onnx', path },
        { name: 'external.bin', path: join(folder, 'external.bin') },
      ],
    });
    const images = numbers(WIDTH * WIDTH * 3, 9);
    const beside = await withModel(path, async (model) => {
      const norms = await model.l1Norms(model.layers[0]!);
      return { norms, maps: await mapsOf(model, images, 1) };
    });
    const inside = await withModel(await write('inside.onnx', network()), async (model) => {
      const norms = await model.l1Norms(model.layers[0]!);
      return { norms, maps: await mapsOf(model, images, 1) };
    });
    expect(beside).toEqual(inside);
  });

  it('refuses weights that are missing or lie outside its folder', async () => {
    const spec = network();
    spec.weights['w1'] = { dims: [4, 3, 3, 3], values: [], location: '../../etc/passwd' };
    const outside = await write('outside.onnx', spec);
    await expect(openModel(outside)).rejects.toThrow("'../../etc/passwd', outside the model's folder");
    spec.weights['w1'] = { dims: [4, 3, 3, 3], values: [], location: 'gone.bin' };
    const gone = await write('gone.onnx', spec);
    await expect(openModel(gone)).rejects.toThrow('its file gone.bin is missing');
  });

  it('refuses what is no ONNX model, or takes no images', async () => {
    const path = join(folder, 'text.onnx');
    await writeFile(path, 'this is no model');
    await expect(openModel(path)).rejects.toThrow(UnreadableModelError);
    await writeFile(path, onnxBytes(network()).slice(0, 300));
    await expect(openModel(path)).rejects.toThrow(UnreadableModelError);
    await writeFile(path, '');
    await expect(openModel(path)).rejects.toThrow('no graph');
    const flat = await write('flat.onnx', network({ input: ['N', 3, WIDTH] }));
    await expect(openModel(flat)).rejects.toThrow(UnsupportedModelError);
    await expect(openModel(flat, { backend: 'wasm' })).rejects.toThrow('runs on the backend onnxruntime');
  });

  it('asks for a size where the model takes any', async () => {
    const path = await write('any.onnx', network({ input: ['N', 3, 'H', 'W'] }));
    await expect(openModel(path)).rejects.toThrow('say at which size it is to be run');
    await withModel(
      path,
      (model) => {
        expect(model.layers.map(({ height, width, reason }) => [height, width, reason])).toEqual(
          Array(3).fill([6, 9, 'maps are 6x9, not square']),
        );
        return Promise.resolve();
      },
      { inputSize: { height: 6, width: 9 } },
    );
  });
});
