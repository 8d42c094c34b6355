import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { ModelOutputError, UnsupportedModelError } from '../errors.js';
import { imageSizeOf } from '../input-size.js';
import { channelNorms, type KernelShape } from '../kernel-norms.js';
import { uniqueNames, type Layer, type UnseenConvolution } from '../layer.js';
import type { InputSize, Model, ModelFormat, OnMaps, OpenOptions } from '../model.js';
import type { Op } from '../graph/op-graph.js';
import { describeLayer, findTaps, mapShape, measuredTaps, shapeRefusal, type Tap } from '../graph/taps.js';
import type { TensorBackend } from './tensor-backend.js';
import { channelsFirst } from '../unit-maps.js';

/** What a format of tfjs supplies: its operations, and a forward pass that hands out named tensors. */
export interface TfjsNetwork {
  readonly format: ModelFormat;
  readonly input: string;
  readonly inputShape: readonly (number | null)[];
  readonly outputs: readonly string[];
  readonly ops: readonly Op[];
  /** Convolutions that are no operations of it, and why. */
  readonly unseen: readonly UnseenConvolution[];
  /**
   * Runs from the tensors of `feeds` (the images, or what was made of them) to the wanted ones. Calls `onTensor` for
   * each of these, which stays valid until its promise is settled.
   */
  run(
    feeds: ReadonlyMap<string, Tensor>,
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
    private readonly path: string,
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
    const taps = await measuredTaps(
      network.ops,
      (shapeOf) => findTaps(network.ops, options.tap, shapeOf),
      (names) => tensorShapes(network, tensors, input, names),
    );
    const shapes = await tensorShapes(
      network,
      tensors,
      input,
      taps.map((tap) => tap.tensor),
    ).catch((cause: unknown) => {
      throw new UnsupportedModelError(`${path}: ${tensors.id} cannot run this model: ${String(cause)}`, {
        cause,
      });
    });
    const names = uniqueNames(taps.map((tap) => tap.op.name));
    const tapOf = new Map(
      taps.map((tap, index) => [layerOf(tap, names[index] ?? '', index, shapes.get(tap.tensor) ?? []), tap]),
    );
    return new TfjsModel(path, network, tensors, input, tapOf);
  }

  get unseen(): readonly UnseenConvolution[] {
    return this.network.unseen;
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
    const layersAt = new Map<string, Layer[]>();
    for (const layer of layers) {
      const { tensor } = this.tapAt(layer);
      layersAt.set(tensor, [...(layersAt.get(tensor) ?? []), layer]);
    }
    const batch = this.tensors.tf.tensor4d(images, [count, height, width, channels]);
    try {
      await this.network.run(
        new Map([[this.network.input, batch]]),
        new Set(layersAt.keys()),
        async (name, tensor) => {
          const values = await tensor.data<'float32'>();
          for (const layer of layersAt.get(name) ?? []) {
            refuseOtherShape(this.path, layer, mapShape(this.tapAt(layer), tensor.shape), count);
            await onMaps(layer, channelsFirst(values, count, layer.height * layer.width, layer.units), 1);
          }
        },
      );
    } finally {
      batch.dispose();
    }
  }

  l1Norms(layer: Layer): Promise<Float64Array | null> {
    const { op } = this.tapAt(layer);
    const kernel = op.convolution ? this.network.kernel(op) : null;
    return Promise.resolve(
      kernel && op.convolution
        ? channelNorms(kernel.values, kernel.shape, op.convolution.kind, layer.units)
        : null,
    );
  }

  dispose(): Promise<void> {
    this.network.dispose();
    return Promise.resolve();
  }

  /** Where a layer of this model is looked at. */
  tapAt(layer: Layer): Tap {
    const tap = this.tapOf.get(layer);
    if (tap === undefined) throw new Error(`layer '${layer.name}' belongs to another model`);
    return tap;
  }
}

/** The sizes of tensors, by a run on a zero image. */
export async function tensorShapes(
  network: TfjsNetwork,
  { tf }: TensorBackend,
  { height, width, channels }: InputSize,
  names: readonly string[],
): Promise<Map<string, readonly number[]>> {
  const shapes = new Map<string, readonly number[]>();
  const zeros = tf.zeros<Rank.R4>([1, height, width, channels]);
  try {
    shapes.set(network.input, zeros.shape);
    await network.run(new Map([[network.input, zeros]]), new Set(names), (name, tensor) => {
      shapes.set(name, tensor.shape);
      return Promise.resolve();
    });
  } finally {
    zeros.dispose();
  }
  return shapes;
}

export function layerOf(tap: Tap, name: string, index: number, shape: readonly number[]): Layer {
  const dims = mapShape(tap, shape);
  const [, height = 0, width = 0, units = 0] = dims;
  // A transpose of one's own making: tfjs runs convolutions channels last.
  if (!tap.channelsLast) return describeLayer(tap, index, name, [], 'its maps lie channels first');
  const refused = shapeRefusal(dims, 1);
  return describeLayer(tap, index, name, [units, height, width], refused);
}

function refuseOtherShape(path: string, layer: Layer, shape: readonly number[], count: number): void {
  const { name, height, width, units } = layer;
  const expected = [count, height, width, units];
  if (shape.length === 4 && expected.every((size, axis) => shape[axis] === size)) return;
  throw new ModelOutputError(
    `${path}: layer '${name}': expected an output of [${expected.join(', ')}], found [${shape.join(', ')}]`,
  );
}

export function imageSize(path: string, shape: readonly (number | null)[], options: OpenOptions): InputSize {
  const [, height, width, channels] = shape;
  if (shape.length !== 4 || typeof channels !== 'number' || channels < 1) {
    throw new UnsupportedModelError(
      `${path}: expected one input of images [batch, height, width, channels], found [${shape.map((size) => size ?? '?').join(', ')}]`,
    );
  }
  const fixed = (size: number | null | undefined) => (typeof size === 'number' && size > 0 ? size : null);
  const size = imageSizeOf(path, { height: fixed(height), width: fixed(width) }, options.inputSize);
  return { ...size, channels };
}
