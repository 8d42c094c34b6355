import { dirname } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { UnsupportedModelError } from './errors.js';
import { onnxChannelNorms } from './kernel-norms.js';
import { uniqueNames, unmeasurable, type Layer } from './layer.js';
import type { InputSize, Model, OnMaps, OpenOptions } from './model.js';
import { readOnnx, withOutputs, type OnnxFile } from './onnx-file.js';
import { onnxInput, type OnnxInput } from './onnx-input.js';
import { onnxKernel } from './onnx-kernel.js';
import { onnxOps } from './onnx-ops.js';
import { findTaps, type Tap } from './op-graph.js';
import { packageVersion } from './tensor-backend.js';
import { channelsFirst } from './unit-maps.js';

/** onnxruntime and its version, without loading it. */
export function onnxBackendId(): string {
  return `onnxruntime-node ${packageVersion('onnxruntime-node')}`;
}

/** An ONNX model. Every tap is an output of its session, asked for or not: what is fused does not depend on the request. */
export class OnnxModel implements Model {
  readonly format = 'onnx';
  readonly backend = onnxBackendId();

  private constructor(
    private readonly path: string,
    private readonly file: OnnxFile,
    private readonly runtime: typeof import('onnxruntime-node'),
    private readonly session: InferenceSession,
    private readonly feed: OnnxInput,
    private readonly tapOf: ReadonlyMap<Layer, Tap>,
  ) {}

  /** Runs the network once, on a zero image, to learn the sizes of its maps. */
  static async open(path: string, options: OpenOptions): Promise<OnnxModel> {
    const file = await readOnnx(path);
    const feed = onnxInput(path, file, options);
    const taps = findTaps(onnxOps(file));
    const runtime = await import('onnxruntime-node');
    try {
      const names = taps.map((tap) => tap.tensor);
      const session = await createSession(runtime, withOutputs(file, names), path, options.threads ?? 1);
      const zeros = new Float32Array((feed.batch ?? 1) * feed.height * feed.width * feed.channels);
      const maps = await session.run(
        { [feed.name]: imageTensor(runtime, feed, zeros, feed.batch ?? 1) },
        names,
      );
      const layers = taps.map((tap, index) => describe(tap, index, maps[tap.tensor]));
      const unique = uniqueNames(layers.map((layer) => layer.name));
      const tapOf = new Map(
        layers.map((layer, index) => [{ ...layer, name: unique[index] ?? '' }, taps[index]] as [Layer, Tap]),
      );
      return new OnnxModel(path, file, runtime, session, feed, tapOf);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UnsupportedModelError(`${path}: onnxruntime cannot run this model: ${reason}`, { cause });
    }
  }

  get input(): InputSize {
    const { height, width, channels } = this.feed;
    return { height, width, channels };
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
    const wanted = this.layers.filter((layer) => layers.includes(layer));
    const names = wanted.map((layer) => layer.tap);
    if (this.feed.batch === null) {
      const outputs = await this.session.run(
        { [this.feed.name]: imageTensor(this.runtime, this.feed, images, count) },
        names,
      );
      for (const layer of wanted) await onMaps(layer, floatsAt(outputs, layer));
      return;
    }
    const parts = await this.fixedBatches(images, count, wanted, this.feed.batch);
    for (const layer of wanted) await onMaps(layer, parts.get(layer) ?? new Float32Array());
  }

  async l1Norms(layer: Layer): Promise<Float64Array | null> {
    const tap = this.tapOf.get(layer);
    if (tap === undefined) throw new Error(`layer '${layer.name}' belongs to another model`);
    const kernel = await onnxKernel(this.file, this.path, tap.op.output);
    return kernel && onnxChannelNorms(kernel.values, kernel.shape, tap.convolution.kind, layer.units);
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }

  /** For a model whose number of images is fixed: several runs, the last one filled up with black. */
  private async fixedBatches(
    images: Float32Array,
    count: number,
    layers: readonly Layer[],
    batch: number,
  ): Promise<Map<Layer, Float32Array>> {
    const names = layers.map((layer) => layer.tap);
    const size = this.feed.height * this.feed.width * this.feed.channels;
    const collected = new Map(
      layers.map((layer) => [layer, new Float32Array(count * layer.units * layer.height * layer.width)]),
    );
    for (let start = 0; start < count; start += batch) {
      const part = new Float32Array(batch * size);
      part.set(images.subarray(start * size, Math.min(count, start + batch) * size));
      const outputs = await this.session.run(
        { [this.feed.name]: imageTensor(this.runtime, this.feed, part, batch) },
        names,
      );
      for (const [layer, maps] of collected) {
        const perImage = maps.length / count;
        const made = floatsAt(outputs, layer);
        maps.set(made.subarray(0, Math.min(batch, count - start) * perImage), start * perImage);
      }
    }
    return collected;
  }
}

async function createSession(
  runtime: typeof import('onnxruntime-node'),
  model: Uint8Array,
  path: string,
  threads: number,
): Promise<InferenceSession> {
  return await runtime.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // What goes wrong is thrown; it need not be printed as well.
    logSeverityLevel: 4,
    extra: { session: { model_external_initializers_file_folder_path: dirname(path) } },
  });
}

function imageTensor(
  runtime: typeof import('onnxruntime-node'),
  feed: OnnxInput,
  images: Float32Array,
  count: number,
): Tensor {
  const { height, width, channels } = feed;
  if (feed.channelsLast) return new runtime.Tensor('float32', images, [count, height, width, channels]);
  const turned = channels === 1 ? images : channelsFirst(images, count, height * width, channels);
  return new runtime.Tensor('float32', turned, [count, channels, height, width]);
}

function floatsAt(outputs: InferenceSession.OnnxValueMapType, layer: Layer): Float32Array {
  const values = outputs[layer.tap]?.data;
  if (!(values instanceof Float32Array)) throw new Error(`onnxruntime gave no floats for ${layer.tap}`);
  return values;
}

function describe(
  tap: Tap,
  index: number,
  maps: InferenceSession.OnnxValueMapType[string] | undefined,
): Layer {
  const [, units = 0, height = 0, width = 0] = maps?.dims ?? [];
  const type = maps?.type ?? 'absent';
  const reason = type !== 'float32' ? `maps are ${type}; float32 is measured` : unmeasurable(height, width);
  return {
    name: tap.op.name,
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
