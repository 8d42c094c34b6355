import { mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tfl from '@tensorflow/tfjs-layers';
import type { TapKind } from '@unitscope/plan';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnreadableModelError, UnsupportedModelError } from '../../src/errors.ts';
import { modelFiles } from '../../src/files/model-files.ts';
import { openModel } from '../../src/open-model.ts';
import { tensorBackend, type TensorBackend } from '../../src/tfjs/tensor-backend.ts';
import { artifactWriter } from '../../src/tfjs/tfjs-artifacts.ts';
import { numbers } from '../numbers.ts';

const SIZE = 10;
let folder: string;
let backend: TensorBackend;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-layers-'));
  backend = await tensorBackend('wasm');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const init = (seed: number) => tfl.initializers.glorotNormal({ seed });

/** A nested model: conv → batch norm → LeakyReLU, then depthwise conv → SiLU. */
function block(): tfl.LayersModel {
  const { layers } = tfl;
  const input = tfl.input({ shape: [SIZE, SIZE, 4] });
  const conv = layers.conv2d({
    name: 'inner',
    filters: 6,
    kernelSize: 3,
    padding: 'same',
    kernelInitializer: init(2),
  });
  const norm = layers.batchNormalization({ betaInitializer: 'ones' }).apply(conv.apply(input));
  const leaky = layers.leakyReLU({ name: 'leaky' }).apply(norm);
  const depthwise = layers
    .depthwiseConv2d({ name: 'dw', kernelSize: 3, depthwiseInitializer: init(3) })
    .apply(leaky);
  const gate = layers.activation({ activation: 'sigmoid' }).apply(depthwise) as tfl.SymbolicTensor;
  const silu = layers.multiply({ name: 'silu' }).apply([depthwise as tfl.SymbolicTensor, gate]);
  return tfl.model({ name: 'block', inputs: input, outputs: silu as tfl.SymbolicTensor });
}

function network(): tfl.Sequential {
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        name: 'first',
        inputShape: [SIZE, SIZE, 3],
        filters: 4,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        kernelInitializer: init(1),
      }),
      block(),
      tfl.layers.conv2d({ name: 'flat', filters: 2, kernelSize: [1, 3], kernelInitializer: init(4) }),
      tfl.layers.dropout({ name: 'drop', rate: 0.5 }),
      tfl.layers.flatten(),
      tfl.layers.dense({ units: 3, kernelInitializer: init(5) }),
    ],
  });
}

async function saved(name: string, model: tfl.LayersModel): Promise<string> {
  await model.save(artifactWriter(join(folder, name)));
  return join(folder, name);
}

describe('a tfjs layers model', () => {
  it('is saved over a model that was saved so, and over nothing else', async () => {
    const path = await saved('over', network());
    await saved('over', network());
    expect((await readdir(path)).sort()).toEqual(['model.json', 'weights.bin']);
    await writeFile(join(path, 'thesis.tex'), 'mine');
    await expect(saved('over', network())).rejects.toThrow(/found a folder with other files/);
    expect(await readFile(join(path, 'thesis.tex'), 'utf8')).toBe('mine');
    await symlink(path, join(folder, 'linked'));
    await expect(saved('linked', network())).rejects.toThrow(/found a file or a link/);
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('lists its convolutions, nested ones too, with what the next layer sees', async () => {
    const model = await openModel(await saved('layers', network()), { backend: 'wasm' });
    expect(model.backend).toBe('tfjs-backend-wasm 4.22.0');
    expect(model.input).toEqual({ height: SIZE, width: SIZE, channels: 3 });
    expect(
      model.layers.map(({ name, kind, units, height, width, tap, activation }) => [
        name,
        kind,
        units,
        height,
        width,
        tap,
        activation,
      ]),
    ).toEqual([
      ['first', 'conv', 4, 10, 10, 'first', 'relu'],
      ['block/inner', 'conv', 6, 10, 10, 'block/leaky', 'LeakyReLU'],
      ['block/dw', 'depthwise', 6, 8, 8, 'block/silu', 'sigmoid + Multiply'],
      ['flat', 'conv', 2, 8, 6, 'flat', null],
    ]);
    expect(model.layers[3]).toMatchObject({ measurable: false, reason: 'maps are 8x6, not square' });
    await model.dispose();
  });

  it('gives the maps that tfjs computes itself, each unit contiguous', async () => {
    const { tf } = backend;
    const original = network();
    const inner = original.layers[1] as tfl.LayersModel;
    const path = await saved('maps', original);
    const images = numbers(2 * SIZE * SIZE * 3);
    const expected = tf.tidy(() => {
      const relu = original.layers[0]!.apply(tf.tensor4d(images, [2, SIZE, SIZE, 3]));
      const silu = inner.apply(relu) as ReturnType<typeof tf.tensor4d>;
      return tf.transpose(silu, [0, 3, 1, 2]).dataSync();
    });
    const model = await openModel(path, { backend: 'wasm' });
    const seen: string[] = [];
    await model.forward(images, 2, [model.layers[2]!], ({ name }, maps) => {
      seen.push(name);
      expect(maps).toEqual(expected);
    });
    expect(seen).toEqual(['block/dw']);
    await model.dispose();
  });

  it('gives what comes before the activation of a convolution that applies its own', async () => {
    const path = await saved('before', network());
    const images = numbers(2 * SIZE * SIZE * 3);
    const read = async (tap: TapKind) => {
      const model = await openModel(path, { backend: 'wasm', tap });
      const [first] = model.layers;
      let maps = new Float32Array();
      await model.forward(images, 2, [first!], (_, values) => {
        maps = Float32Array.from(values);
      });
      const taps = model.layers.map((layer) => layer.tap);
      await model.dispose();
      return { maps, taps };
    };
    const before = await read('pre-activation');
    expect(before.taps.slice(0, 2)).toEqual(['first/linear', expect.stringContaining('batch_normalization')]);
    expect(before.maps.some((value) => value < 0)).toBe(true);
    const relu = before.maps.map((value) => Math.max(0, value));
    expect(relu).toEqual((await read('after-activation')).maps);
  });

  it('leaves no tensor behind after a forward pass', async () => {
    const { tf } = backend;
    const model = await openModel(await saved('memory', network()), { backend: 'wasm' });
    const before = tf.memory().numTensors;
    await model.forward(numbers(SIZE * SIZE * 3), 1, model.layers, () => undefined);
    expect(tf.memory().numTensors).toBe(before);
    await model.dispose();
  });

  it('knows the L1 norm of each kernel', async () => {
    const original = network();
    const path = await saved('norms', original);
    const model = await openModel(path, { backend: 'wasm' });
    const expected = backend.tf.tidy(() => {
      const kernel = original.layers[0]!.getWeights()[0]!;
      return backend.tf.sum(backend.tf.abs(kernel), [0, 1, 2]).dataSync();
    });
    const norms = await model.l1Norms(model.layers[0]!);
    for (const [unit, norm] of norms!.entries()) expect(norm).toBeCloseTo(expected[unit]!, 5);
    expect((await model.l1Norms(model.layers[2]!))!.length).toBe(6);
    await model.dispose();
  });

  it('is the same file whenever it is saved, and lists its weights', async () => {
    const path = await saved('files', network());
    const again = await saved('again', network());
    const weights = async (from: string) => await readFile(join(from, 'weights.bin'));
    expect((await weights(again)).equals(await weights(path))).toBe(true);
    expect((await modelFiles(path)).files.map(({ name }) => name)).toEqual(['model.json', 'weights.bin']);
  });

  it('refuses truncated weights and a topology that tfjs does not know', async () => {
    const path = await saved('damaged', network());
    await truncate(join(path, 'weights.bin'), 100);
    await expect(openModel(path, { backend: 'wasm' })).rejects.toThrow(/should hold \d+ bytes and hold 100/);
    const json = await readFile(join(path, 'model.json'), 'utf8');
    await writeFile(join(path, 'model.json'), json.replaceAll('Conv2D', 'NoLayer'));
    await expect(openModel(path, { backend: 'wasm' })).rejects.toThrow(UnreadableModelError);
  });

  it('refuses a model that takes no images, and the backend of another format', async () => {
    const dense = tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [5] })] });
    const path = await saved('dense', dense);
    await expect(openModel(path, { backend: 'wasm' })).rejects.toThrow('found [?, 5]');
    await expect(openModel(path, { backend: 'onnxruntime' })).rejects.toThrow(UnsupportedModelError);
  });

  it('says what a model of Keras 3 is, and one without the size of its input, and the way to ONNX', async () => {
    const fixture = (name: string) => join(import.meta.dirname, '../fixtures', 'tfjs', name);
    for (const [name, found] of [
      [
        'keras3_functional',
        'expected a model of Keras 2, which TensorFlow.js loads, found one of Keras 3.9.0',
      ],
      [
        'nested_sequential_no_shape',
        'expected a model that says the size of its input, found a Sequential model',
      ],
    ] as const) {
      const refused = openModel(fixture(name), { backend: 'wasm' });
      await expect(refused).rejects.toThrow(UnreadableModelError);
      await expect(refused).rejects.toThrow(found);
      await expect(refused).rejects.toThrow('make ONNX of the Keras model it was converted from: python -c');
    }
  });
});
