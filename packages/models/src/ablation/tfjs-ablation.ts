import type { Rank, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import {
  ablatedLayer,
  classesOf,
  scoresTensor,
  type AblatedBatch,
  type AblatedNetwork,
} from './ablated-network.js';
import { AblationError, UnsupportedModelError } from '../errors.js';
import type { Layer } from '../layer.js';
import type { InputSize } from '../model.js';
import { splitNetwork } from '../graph/network-split.js';
import type { AblationOptions } from './onnx-ablation.js';
import type { TensorBackend } from '../tfjs/tensor-backend.js';
import { measuredTaps } from '../graph/taps.js';
import { imageSize, layerOf, tensorShapes, type TfjsNetwork } from '../tfjs/tfjs-model.js';
import { channelsFirst } from '../unit-maps.js';

/** A tfjs network: what comes before the layer is run once; its maps are multiplied by 1 or 0 on their way on. */
export class TfjsAblation implements AblatedNetwork {
  readonly backend: string;
  readonly batch = null;

  private constructor(
    private readonly network: TfjsNetwork,
    private readonly tensors: TensorBackend,
    readonly input: InputSize,
    private readonly names: TensorNames,
    readonly layer: Layer,
    readonly classes: number,
    readonly floats: number,
  ) {
    this.backend = tensors.id;
  }

  /** `network` has the activations of its convolutions apart. Throws UnknownLayerError and AblationError. */
  static async open(
    path: string,
    name: string,
    network: TfjsNetwork,
    tensors: TensorBackend,
    options: AblationOptions,
  ): Promise<TfjsAblation> {
    const input = imageSize(path, network.inputShape, options);
    const found = await measuredTaps(
      network.ops,
      (shapeOf) => ablatedLayer(path, network.ops, name, options.tap, shapeOf),
      (wanted) => tensorShapes(network, tensors, input, wanted),
    );
    const cut = found.cut.map((one) => one.name);
    const scores = scoresTensor(path, network.ops, network.outputs, options.output);
    const tap = found.tap.tensor;
    const inner = cut.includes(tap) ? [] : [tap];
    const nodes = network.ops.map(({ inputs, output }) => ({ inputs, outputs: [output] }));
    const split = splitNetwork(nodes, network.input, cut, [scores, ...inner]);
    if (split === null) throw new AblationError(`${path}: its output does not depend on layer '${name}'`);
    const names = { cut, boundary: split.boundary, tap, scores };
    const { tf } = tensors;
    const black = tf.zeros<Rank.R4>([1, input.height, input.width, input.channels]);
    let known = new Map<string, Tensor>();
    let ends = new Map<string, Tensor>();
    try {
      known = await runBefore(network, names, black);
      ends = await collect(network, known, new Set([scores, ...inner]));
      const shape = (tensor: string): readonly number[] =>
        (ends.get(tensor) ?? known.get(tensor))?.shape ?? [];
      const layer = layerOf(found.tap, name, found.index, shape(tap));
      for (const { name: tensor, channelsLast } of found.cut) {
        const sizes = shape(tensor);
        if (channelsLast && sizes.length === 4 && sizes[3] === layer.units) continue;
        throw new AblationError(
          `${path}: layer '${name}' cannot be ablated: expected ${layer.units} maps an image, channels last, in '${tensor}', found [${sizes.join(', ')}]`,
        );
      }
      const classes = classesOf(path, scores, shape(scores));
      const floats = [...known.values()].reduce((sum, { size }) => sum + size, 0);
      return new TfjsAblation(network, tensors, input, names, layer, classes, floats);
    } catch (cause) {
      if (cause instanceof AblationError) throw cause;
      throw new UnsupportedModelError(
        `${path}: ${tensors.id} cannot run this model in two parts at layer '${name}': ${String(cause)}`,
        { cause },
      );
    } finally {
      for (const tensor of [...known.values(), ...ends.values(), black]) tensor.dispose();
    }
  }

  async begin(images: Float32Array, count: number): Promise<AblatedBatch> {
    await this.tensors.use();
    const { height, width, channels } = this.input;
    const batch = this.tensors.tf.tensor4d(images, [count, height, width, channels]);
    try {
      const known = await runBefore(this.network, this.names, batch);
      return new TfjsBatch(this.network, this.tensors, this.names, this.layer, known, count);
    } finally {
      batch.dispose();
    }
  }

  dispose(): Promise<void> {
    this.network.dispose();
    return Promise.resolve();
  }
}

interface TensorNames {
  readonly cut: readonly string[];
  readonly boundary: readonly string[];
  readonly tap: string;
  readonly scores: string;
}

class TfjsBatch implements AblatedBatch {
  constructor(
    private readonly network: TfjsNetwork,
    private readonly tensors: TensorBackend,
    private readonly names: TensorNames,
    private readonly layer: Layer,
    private readonly known: ReadonlyMap<string, Tensor>,
    private readonly count: number,
  ) {}

  async scores(ablated: Uint8Array): Promise<Float32Array> {
    return await this.run(ablated, this.names.scores);
  }

  async maps(ablated: Uint8Array): Promise<Float32Array> {
    const { height, width, units } = this.layer;
    return channelsFirst(await this.run(ablated, this.names.tap), this.count, height * width, units);
  }

  dispose(): void {
    for (const tensor of this.known.values()) tensor.dispose();
  }

  private async run(ablated: Uint8Array, wanted: string): Promise<Float32Array> {
    const { tf } = this.tensors;
    const feeds = new Map(this.known);
    const masked: Tensor[] = [];
    let values: Float32Array | undefined;
    try {
      for (const name of this.names.cut) {
        const maps = this.known.get(name);
        if (maps === undefined) continue;
        const kept = Float32Array.from(ablated, (off) => (off === 0 ? 1 : 0));
        const product = tf.tidy(() => tf.mul(maps, tf.tensor1d(kept)));
        masked.push(product);
        feeds.set(name, product);
      }
      const fed = this.names.cut.includes(wanted) ? feeds.get(wanted) : undefined;
      if (fed !== undefined) return await fed.data<'float32'>();
      await this.network.run(feeds, new Set([wanted]), async (_, tensor) => {
        values = await tensor.data<'float32'>();
      });
    } finally {
      for (const tensor of masked) tensor.dispose();
    }
    if (values === undefined) throw new Error(`the network made no '${wanted}'`);
    return values;
  }
}

/** The tensors that pass from the first part of the network to the second; the caller's to dispose. */
async function runBefore(
  network: TfjsNetwork,
  { cut, boundary }: TensorNames,
  images: Tensor4D,
): Promise<Map<string, Tensor>> {
  const made = new Set([...cut, ...boundary].filter((name) => name !== network.input));
  const known = await collect(network, new Map([[network.input, images]]), made);
  if (boundary.includes(network.input)) known.set(network.input, images.clone());
  return known;
}

async function collect(
  network: TfjsNetwork,
  feeds: ReadonlyMap<string, Tensor>,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Tensor>> {
  const found = new Map<string, Tensor>();
  await network.run(feeds, wanted, (name, tensor) => {
    found.set(name, tensor.clone());
    return Promise.resolve();
  });
  return found;
}
