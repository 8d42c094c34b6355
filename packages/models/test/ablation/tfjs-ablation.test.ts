import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAblation } from '../../src/ablation/open-ablation.ts';
import { tensorBackend, type TensorBackend } from '../../src/tfjs/tensor-backend.ts';
import { artifactWriter } from '../../src/tfjs/tfjs-artifacts.ts';
import { numbers } from '../numbers.ts';

const SIZE = 8;
const UNITS = 4;
const COUNT = 2;
const images = numbers(COUNT * SIZE * SIZE * UNITS, 9);
let folder: string;
let backend: TensorBackend;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-ablation-'));
  backend = await tensorBackend('wasm');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

type Symbolic = tfl.SymbolicTensor;
const init = (seed: number) => tfl.initializers.randomNormal({ seed, stddev: 0.5 });
const call = (layer: tfl.layers.Layer, ...inputs: Symbolic[]): Symbolic =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as Symbolic;

/** From the maps that `body` makes of the image to the shares of three classes. */
function classifier(body: (image: Symbolic) => Symbolic): tfl.LayersModel {
  const { layers } = tfl;
  const image = tfl.input({ shape: [SIZE, SIZE, UNITS] });
  const last = layers.conv2d({ name: 'last', filters: 5, kernelSize: 3, kernelInitializer: init(30) });
  const pool = layers.globalAveragePooling2d({});
  const dense = layers.dense({
    name: 'classes',
    units: 3,
    activation: 'softmax',
    kernelInitializer: init(31),
  });
  return tfl.model({ inputs: image, outputs: call(dense, call(pool, call(last, body(image)))) });
}

interface Convolution {
  filters: number;
  kernelSize: number;
  padding: 'same';
  activation?: 'relu' | 'sigmoid';
}
const same = (activation?: 'relu' | 'sigmoid'): Convolution => ({
  filters: UNITS,
  kernelSize: 3,
  padding: 'same',
  ...(activation && { activation }),
});
const biased = { kernelInitializer: init(1), biasInitializer: init(2) };

/** [network, the layer, what its tap holds of an ablated unit] */
const CASES: Record<string, [(image: Symbolic) => Symbolic, string, number]> = {
  'a convolution with its activation inside': [
    (image) => call(tfl.layers.conv2d({ name: 'y', ...same('relu'), ...biased }), image),
    'y',
    0,
  ],
  'a convolution whose activation of 0 is not 0': [
    (image) => call(tfl.layers.conv2d({ name: 'y', ...same('sigmoid'), ...biased }), image),
    'y',
    0.5,
  ],
  'a convolution with a batch norm': [
    (image) => {
      const conv = call(tfl.layers.conv2d({ name: 'y', ...same(), ...biased }), image);
      const norm = tfl.layers.batchNormalization({ betaInitializer: init(3), gammaInitializer: init(4) });
      return call(tfl.layers.reLU({}), call(norm, conv));
    },
    'y',
    0,
  ],
  'a depthwise convolution': [
    (image) =>
      call(
        tfl.layers.depthwiseConv2d({
          name: 'y',
          kernelSize: 3,
          padding: 'same',
          activation: 'relu',
          depthwiseInitializer: init(5),
          biasInitializer: init(6),
        }),
        image,
      ),
    'y',
    0,
  ],
  'a transposed convolution': [
    (image) => call(tfl.layers.conv2dTranspose({ name: 'y', ...same('relu'), ...biased }), image),
    'y',
    0,
  ],
  'a separable convolution': [
    (image) =>
      call(
        tfl.layers.separableConv2d({
          name: 'y',
          ...same('relu'),
          depthwiseInitializer: init(8),
          pointwiseInitializer: init(9),
          biasInitializer: init(7),
        }),
        image,
      ),
    'y',
    0,
  ],
  'a convolution before a residual addition': [
    (image) => {
      const conv = call(tfl.layers.conv2d({ name: 'y', ...same(), ...biased }), image);
      return call(tfl.layers.reLU({}), call(tfl.layers.add({}), conv, image));
    },
    'y',
    0,
  ],
};

const only = (...units: number[]): Uint8Array =>
  Uint8Array.from({ length: UNITS }, (_, unit) => (units.includes(unit) ? 1 : 0));
const plain = (values: Float32Array): number[] => Array.from(values, (value) => value + 0);

/** Makes the weights of some units of the layer 0 in place: kernel, bias, and the scale and shift of a batch norm. */
function zero(model: tfl.LayersModel, name: string, units: readonly number[]): void {
  const { tf } = backend;
  const norm = model.layers.find((layer) => layer.getClassName() === 'BatchNormalization');
  for (const layer of [model.getLayer(name), ...(norm ? [norm] : [])]) {
    const values = layer.weights.map(({ originalName }, i) => {
      const tensor = layer.getWeights()[i]!;
      const { shape } = tensor;
      // tfjs keeps the units last, but those of a transposed convolution and of a depthwise kernel.
      const kernel = originalName.split('/').at(-1) ?? '';
      if (/^moving/.test(kernel) || (layer.getClassName() === 'SeparableConv2D' && /depthwise/.test(kernel)))
        return tensor;
      const isSecond = layer.getClassName() === 'Conv2DTranspose' || /depthwise_kernel/.test(kernel);
      const inner = shape.length === 4 && isSecond ? shape[3] : 1;
      const kept = tensor
        .dataSync<'float32'>()
        .map((value, at) => (units.includes(Math.floor(at / inner) % UNITS) ? 0 : value));
      return tf.tensor(kept, shape);
    });
    layer.setWeights(values);
  }
}

describe.each(Object.entries(CASES))('%s of a tfjs layers model', (_, [body, layer, value]) => {
  const saved = async (model: tfl.LayersModel, name: string): Promise<string> => {
    await model.save(artifactWriter(join(folder, name)));
    return join(folder, name);
  };

  it('has the activation of 0 in the maps of its ablated units, and the others as they were', async () => {
    const network = await openAblation(await saved(classifier(body), 'whole'), layer, { backend: 'wasm' });
    const before = backend.tf.memory().numTensors;
    const batch = await network.begin(images, COUNT);
    const whole = await batch.maps(only());
    const found = await batch.maps(only(1, 2));
    for (const [at, was] of whole.entries()) {
      const unit = Math.floor(at / (SIZE * SIZE)) % UNITS;
      expect(found[at]! + 0).toBe(unit === 1 || unit === 2 ? value : was + 0);
    }
    expect(await batch.maps(only())).toEqual(whole);
    batch.dispose();
    expect(backend.tf.memory().numTensors).toBe(before);
    await network.dispose();
  });

  it('scores as the network whose weights of these units are 0, before its softmax', async () => {
    const model = classifier(body);
    const network = await openAblation(await saved(model, 'whole'), layer, { backend: 'wasm' });
    const batch = await network.begin(images, COUNT);
    const none = plain(await batch.scores(only()));
    const ablated = plain(await batch.scores(only(0, 3)));
    zero(model, layer, [0, 3]);
    const changed = await openAblation(await saved(model, 'zeroed'), layer, { backend: 'wasm' });
    const expected = plain(await (await changed.begin(images, COUNT)).scores(only()));
    expect(ablated).toEqual(expected);
    expect(ablated).not.toEqual(none);
    const shares = model.predict(backend.tf.tensor4d(images, [COUNT, SIZE, SIZE, UNITS])) as ReturnType<
      typeof backend.tf.tensor2d
    >;
    const softmax = backend.tf.softmax(backend.tf.tensor2d(ablated, [COUNT, 3])).dataSync();
    for (const [at, share] of shares.dataSync().entries()) expect(softmax[at]).toBeCloseTo(share, 5);
    await network.dispose();
    await changed.dispose();
  });
});

it('a layer that is called twice is ablated in the call that is named', async () => {
  const shared = tfl.layers.conv2d({ name: 'shared', ...same('relu'), ...biased });
  const model = classifier((image) => call(shared, call(shared, image)));
  await model.save(artifactWriter(join(folder, 'shared')));
  const network = await openAblation(join(folder, 'shared'), 'shared#2', { backend: 'wasm' });
  const first = await openAblation(join(folder, 'shared'), 'shared', { backend: 'wasm' });
  const scores = async (of: typeof network, units: Uint8Array) =>
    plain(await (await of.begin(images, COUNT)).scores(units));
  expect(await scores(network, only())).toEqual(await scores(first, only()));
  expect(await scores(network, only(1))).not.toEqual(await scores(first, only(1)));
  await expect(openAblation(join(folder, 'shared'), 'classes', { backend: 'wasm' })).rejects.toThrow(
    "'classes' (Dense) makes no maps",
  );
  await network.dispose();
  await first.dispose();
});
