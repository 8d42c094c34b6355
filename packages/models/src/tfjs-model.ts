import type { Rank, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { UnsupportedModelError } from './errors.js';
import { channelNorms, type KernelShape } from './kernel-norms.js';
import { uniqueNames, unmeasurable, type Layer } from './layer.js';
import type { InputSize, Model, ModelFormat, OnMaps, OpenOptions } from './model.js';
import { findTaps, type Op, type Tap } from './op-graph.js';
import type { TensorBackend } from './tensor-backend.js';
import { channelsFirst } from './unit-maps.js';

/** What a format of tfjs supplies: its operations, and a forward pass that hands out named tensors. */
export interface TfjsNetwork {
  readonly format: ModelFormat;
  readonly inputShape: readonly (number | null)[];
  readonly ops: readonly Op[];
  /** Calls `onTensor` for each wanted tensor, which stays valid until its promise is settled. */
  run(
    images: Tensor4D,
    wanted: ReadonlySet<string>,
    onTensor: (name: string, tensor: Tensor) => Promise<void>,
  ): Promise<void>;
  /** The kernel of a convolution, or null where it is not one stored tensor. */
  kernel(op: Op): { values: Float32Array; shape: KernelShape } | null;
  dispose(): void;
}

/** A tfjs model of either format. */
export class TfjsModel implements Model {
  readonly format: ModelFormat;
  readonly backend: string;

  private constructor(
    private readonly network: TfjsNetwork,
    private readonly tensors: TensorBackend,
    readonly input: InputSize,
    private readonly tapOf: ReadonlyMap<Layer, Tap>,
  ) {
    this.format = network.format;
    this.backend = tensors.id;
  }

  /** Runs the network once, on a zero image, to learn the sizes of its maps. */
  static async open(
    path: string,
    network: TfjsNetwork,
    tensors: TensorBackend,
    options: OpenOptions,
  ): Promise<TfjsModel> {
    const input = imageSize(path, network.inputShape, options);
    const taps = findTaps(network.ops);
    const shapes = new Map<string, readonly number[]>();
    const { tf } = tensors;
    const zeros = tf.zeros<Rank.R4>([1, input.height, input.width, input.channels]);
    try {
      await network.run(zeros, new Set(taps.map((tap) => tap.tensor)), (name, tensor) => {
        shapes.set(name, tensor.shape);
        return Promise.resolve();
      });
    } catch (cause) {
      throw new UnsupportedModelError(`${path}: ${tensors.id} cannot run this model: ${String(cause)}`, {
        cause,
      });
    } finally {
      zeros.dispose();
    }
    const names = uniqueNames(taps.map((tap) => tap.op.name));
    const tapOf = new Map(
      taps.map((tap, index) => [layerOf(tap, names[index] ?? '', index, shapes.get(tap.tensor) ?? []), tap]),
    );
    return new TfjsModel(network, tensors, input, tapOf);
  }

  get layers(): readonly Layer[] {
    return [...this.tapOf.keys()];
  }

  async forward(
    images: Float32Array,
    count: number,
    layers: readonly Layer[],
    onMaps: OnMaps,
  ): Promise<void> {
    await this.tensors.use();
    const { height, width, channels } = this.input;
    const layerAt = new Map(layers.map((layer) => [this.tap(layer).tensor, layer]));
    const batch = this.tensors.tf.tensor4d(images, [count, height, width, channels]);
    try {
      await this.network.run(batch, new Set(layerAt.keys()), async (name, tensor) => {
        const layer = layerAt.get(name);
        if (layer === undefined) return;
        const values = await tensor.data<'float32'>();
        await onMaps(layer, channelsFirst(values, count, layer.height * layer.width, layer.units));
      });
    } finally {
      batch.dispose();
    }
  }

  l1Norms(layer: Layer): Promise<Float64Array | null> {
    const { op, convolution } = this.tap(layer);
    const kernel = this.network.kernel(op);
    return Promise.resolve(
      kernel && channelNorms(kernel.values, kernel.shape, convolution.kind, layer.units),
    );
  }

  dispose(): Promise<void> {
    this.network.dispose();
    return Promise.resolve();
  }

  private tap(layer: Layer): Tap {
    const tap = this.tapOf.get(layer);
    if (tap === undefined) throw new Error(`layer '${layer.name}' belongs to another model`);
    return tap;
  }
}

function layerOf(tap: Tap, name: string, index: number, shape: readonly number[]): Layer {
  const [, height = 0, width = 0, units = 0] = shape;
  const reason = unmeasurable(height, width);
  return {
    name,
    index,
    kind: tap.convolution.kind,
    units,
    height,
    width,
    tap: tap.tensor,
    activation: tap.activation,
    measurable: reason === null,
    ...(reason !== null && { reason }),
  };
}

function imageSize(path: string, shape: readonly (number | null)[], options: OpenOptions): InputSize {
  const [, height, width, channels] = shape;
  if (shape.length !== 4 || typeof channels !== 'number' || channels < 1) {
    throw new UnsupportedModelError(
      `${path}: expected one input of images [batch, height, width, channels], found [${shape.map((size) => size ?? '?').join(', ')}]`,
    );
  }
  const fixed = (size: number | null | undefined) => (typeof size === 'number' && size > 0 ? size : null);
  const size = {
    height: fixed(height) ?? options.inputSize?.height,
    width: fixed(width) ?? options.inputSize?.width,
  };
  if (size.height === undefined || size.width === undefined) {
    throw new UnsupportedModelError(
      `${path}: the model takes images of any size; say at which height and width it is to be run`,
    );
  }
  return { height: size.height, width: size.width, channels };
}
