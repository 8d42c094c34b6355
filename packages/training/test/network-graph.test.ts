import * as tf from '@tensorflow/tfjs-core';
// Knows the gradients.
import '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { plainBackend } from '@unitscope/models';
import {
  NORM_EPSILON,
  exampleNetwork,
  firstParameters,
  type ExampleNetwork,
} from '../src/example-network.ts';
import { networkBytes, trainingBytes } from '../src/network-graph.ts';
import type { FloatTensor } from '../src/onnx-writer.ts';
import { numbers } from '../../models/test/numbers.ts';

const IMAGES = 3;
const images = numbers(IMAGES * 784, 1);
const labels = [7, 0, 7];
const targets = Float32Array.from({ length: IMAGES * 10 }, (_, i) =>
  Number(i % 10 === labels[Math.floor(i / 10)]),
);

beforeAll(async () => {
  await plainBackend();
});

/** Tensors with other values than the first ones, so that no bias is zero. */
function parametersOf(network: ExampleNetwork): Map<string, FloatTensor> {
  const { learned } = firstParameters(network, 1);
  return new Map(
    [...learned].map(([name, { dims, values }], i) => {
      const noise = numbers(values.length, 10 + i);
      return [name, { dims, values: values.map((value, at) => value + 0.3 * (noise[at] ?? 0)) }];
    }),
  );
}

async function run(
  bytes: Uint8Array,
  feeds: Record<string, FloatTensor>,
): Promise<Record<string, Float32Array>> {
  const runtime = await import('onnxruntime-node');
  const session = await runtime.InferenceSession.create(bytes, { logSeverityLevel: 4 });
  const given = Object.entries(feeds).map(([name, { dims, values }]) => [
    name,
    new runtime.Tensor('float32', values, dims),
  ]);
  const made = await session.run(Object.fromEntries(given) as Parameters<typeof session.run>[0]);
  await session.release();
  return Object.fromEntries(Object.entries(made).map(([name, { data }]) => [name, data as Float32Array]));
}

/** A draw of dropout: every third input of the logits is zeroed. */
function keptOf({ dense, dropout }: ExampleNetwork): FloatTensor {
  const inputs = dense.at(-1)!.inputs;
  const values = Float32Array.from({ length: IMAGES * inputs }, (_, i) =>
    i % 3 === 0 ? 0 : 1 / (1 - dropout),
  );
  return { dims: [IMAGES, inputs], values };
}

/** The same network written with operations of TensorFlow.js, which finds gradients by itself. */
function lossByTfjs(network: ExampleNetwork, weights: ReadonlyMap<string, tf.Tensor>): tf.Scalar {
  const of = (name: string): tf.Tensor => weights.get(name)!;
  let maps: tf.Tensor = tf.transpose(tf.tensor4d(images, [IMAGES, 1, 28, 28]), [0, 2, 3, 1]);
  const activated = (value: tf.Tensor): tf.Tensor =>
    network.activation === 'silu'
      ? tf.mul(value, tf.sigmoid(value))
      : network.activation === 'relu6'
        ? tf.relu6(value)
        : tf.relu(value);
  for (const { name, stride, pooled } of network.convolutions) {
    const kernel = tf.transpose(of(`${name}.weight`), [2, 3, 1, 0]) as tf.Tensor4D;
    maps = tf.add(tf.conv2d(maps as tf.Tensor4D, kernel, stride, 'same'), of(`${name}.bias`));
    if (network.batchNorm) {
      const { mean, variance } = tf.moments(maps, [0, 1, 2]);
      const normal = tf.div(tf.sub(maps, mean), tf.sqrt(tf.add(variance, NORM_EPSILON)));
      maps = tf.add(tf.mul(normal, of(`${name}_norm.weight`)), of(`${name}_norm.bias`));
    }
    maps = activated(maps);
    if (pooled) maps = tf.maxPool(maps as tf.Tensor4D, 2, 2, 'valid');
  }
  let features =
    network.head === 'pooling'
      ? tf.mean(maps, [1, 2])
      : tf.reshape(tf.transpose(maps, [0, 3, 1, 2]), [IMAGES, -1]);
  for (const { name } of network.dense) {
    if (name === 'logits' && network.dropout > 0)
      features = tf.mul(
        features,
        tf.tensor(keptOf(network).values, keptOf(network).dims as [number, number]),
      );
    features = tf.add(tf.matMul(features, of(`${name}.weight`)), of(`${name}.bias`));
    if (name !== 'logits') features = tf.relu(features);
  }
  return tf.losses.softmaxCrossEntropy(tf.tensor2d(targets, [IMAGES, 10]), features);
}

function expectNear(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found.length).toBe(wanted.length);
  const largest = Array.from(wanted).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const furthest = Array.from(wanted).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - found[i]!)),
    0,
  );
  expect(furthest).toBeLessThanOrEqual(1e-4 * Math.max(largest, 0.1));
}

const networks = [
  {},
  { head: 'flatten', hidden: 8, batchNorm: true },
  { head: 'pooling', hidden: 8, activation: 'silu', batchNorm: true },
  { head: 'flatten', activation: 'relu6' },
  { maxPool: [1], hidden: 8 },
  { head: 'flatten', maxPool: [1, 2], hidden: 8, batchNorm: true },
] as const;
const dropping = [
  { head: 'flatten', maxPool: [2], hidden: 9, dropout: 0.25 },
  { head: 'pooling', dropout: 0.5 },
] as const;

describe('trainingBytes', () => {
  it.each([...networks, ...dropping])(
    'has the loss and the gradients that TensorFlow.js finds, with %o',
    async (options) => {
      const network = exampleNetwork({ filters: [3, 4], ...options });
      const parameters = parametersOf(network);
      const made = await run(trainingBytes(network, parameters), {
        images: { dims: [IMAGES, 1, 28, 28], values: images },
        targets: { dims: [IMAGES, 10], values: targets },
        ...(network.dropout > 0 && { kept: keptOf(network) }),
        ...Object.fromEntries(parameters),
      });
      const names = [...parameters.keys()];
      const tensors = [...parameters.values()].map(({ dims, values }) => tf.tensor(values, [...dims]));
      const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) =>
        lossByTfjs(network, new Map(given.map((tensor, i) => [names[i]!, tensor]))),
      )(tensors);
      expectNear(made['loss']!, value.dataSync());
      expect(grads).toHaveLength(names.length);
      for (const [i, name] of names.entries()) expectNear(made[`gradient/${name}`]!, grads[i]!.dataSync());
    },
  );
});

describe('networkBytes', () => {
  it.each(networks)('answers what training sees where its norms know the batch, with %o', async (options) => {
    const network = exampleNetwork({ filters: [3, 4], ...options });
    const learned = parametersOf(network);
    const given = { images: { dims: [IMAGES, 1, 28, 28], values: images } };
    const trained = await run(trainingBytes(network, learned), {
      ...given,
      targets: { dims: [IMAGES, 10], values: targets },
      ...Object.fromEntries(learned),
    });
    const statistics = Object.entries(trained)
      .filter(([name]) => name.startsWith('batch/'))
      .map(([name, values]) => [name.slice('batch/'.length), { dims: [values.length], values }] as const);
    const { logits } = await run(networkBytes(network, new Map([...learned, ...statistics])), given);
    const losses = labels.map((label, image) => {
      const row = logits!.subarray(10 * image, 10 * image + 10);
      return Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[label]!;
    });
    expectNear([losses.reduce((sum, loss) => sum + loss, 0) / IMAGES], trained['loss']!);
  });
});
