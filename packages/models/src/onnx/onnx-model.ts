import { packageVersion } from '@unitscope/process';
import type { Provider } from '@unitscope/plan';
import { openSession } from '../c-api/c-api-route.js';
import { BackendMissingError, ModelOutputError, UnsupportedModelError } from '../errors.js';
import { onnxChannelNorms } from '../kernel-norms.js';
import { uniqueNames, type Layer, type UnseenConvolution } from '../layer.js';
import type { InputSize, MapMemory, Model, OnMaps, OpenOptions } from '../model.js';
import { withOutputs, type AddedNode, type OnnxFile } from './onnx-file.js';
import { OnnxBodies } from '../files/onnx-bodies.js';
import { floatMaps } from './onnx-float-maps.js';
import type { OnnxInput } from './onnx-input.js';
import { BlockedPasses } from './blocked-passes.js';
import type { BlockedNetwork } from '../c-api/blocked-network.js';
import type { SessionData } from '../c-api/bound-session.js';
import { onnxKernel } from './onnx-kernel.js';
import type { Floats, MadeTensor, NetworkSession, Outputs } from './network-session.js';
import { TapPlaces, tensorOf } from './tap-places.js';
import { layerOf, refuseOtherShapes, shapeText, tensorOutputs } from './onnx-outputs.js';
import { imageFloats } from './onnx-session.js';
import { cannotRun } from './cannot-run.js';
import { unseenConvolutions } from './unseen-convolutions.js';
import { leadingTo } from './onnx-subgraph.js';
import type { Op } from '../graph/op-graph.js';
import { searchNetwork } from '../graph/searched-network.js';
import { withProviders } from '../providers/execution-providers.js';
import { findTaps, type Tap } from '../graph/taps.js';
import { thisPlatform } from '../tfjs/tensor-backend.js';
import { channelsFirst } from '../unit-maps.js';
import { readNetwork } from '../weights/read-network.js';

/** onnxruntime, its build and its execution providers, without loading it. */
export function onnxBackendId(platform = thisPlatform, providers?: readonly Provider[]): string {
  return withProviders(`onnxruntime-node ${packageVersion('onnxruntime-node')} ${platform}`, providers);
}

/** An ONNX model. Every tap is an output of its session, asked for or not: what is fused does not depend on the request. */
export class OnnxModel implements Model {
  readonly format = 'onnx';
  private readonly places = new TapPlaces((layer) => this.tapAt(layer));

  private constructor(
    private readonly path: string,
    readonly backend: string,
    private readonly session: NetworkSession,
    private readonly feed: OnnxInput,
    private readonly tapOf: ReadonlyMap<Layer, OnnxTap>,
    private readonly norms: ReadonlyMap<Layer, Float64Array | null>,
    readonly unseen: readonly UnseenConvolution[],
    private readonly blocked: BlockedPasses | null,
  ) {}

  /** Runs the network once, on a zero image, to learn the sizes of its maps. */
  static async open(path: string, options: OpenOptions): Promise<OnnxModel> {
    const stored = await readNetwork(path, options);
    const searched = await searchNetwork(path, stored, options, (ops, shapeOf) =>
      findTaps(ops, options.tap, shapeOf),
    );
    const { file, feed, ops, found: taps } = searched;
    const { providers, threads = 1 } = options;
    const names = [...new Set(taps.map((tap) => tap.tensor))];
    const bodies = new OnnxBodies(file.bytes);
    // What leads to no tap, such as the loops of a detector, need not be run, and may run for ever.
    const toTaps =
      options.checkOutputs === false || bodies.endless() !== null
        ? leadingTo(file, feed, names, bodies)
        : null;
    const base = toTaps ?? file.bytes;
    const known = new Set(toTaps === null ? file.graph.output.map((output) => output.name) : names);
    // What the file declares is compared with what is made; outputs that are no tensors cannot be fetched.
    const declared = toTaps === null ? tensorOutputs(file) : [];
    const started = { path, file, feed, base, known, declared, threads, providers };
    let { session, outputs, data, milliseconds } = await firstRun(started, names, []);
    if (toTaps === null) refuseOtherShapes(path, file, outputs);
    // What type a tensor has is known now; those that are not float32 are made so, at the end of the graph.
    const types = new Map(names.map((name) => [name, outputs[name]?.type ?? 'float32']));
    const made = names.flatMap((name) => {
      const type = types.get(name) ?? 'float32';
      const node = type === 'float32' ? null : floatMaps(file, name, type);
      return node === null ? [] : [[name, node] as const];
    });
    const outputOf = new Map(made.map(([name, node]) => [name, node.output]));
    if (made.length > 0) {
      await session.release();
      const nodes = made.map(([, node]) => node);
      ({ session, outputs, data, milliseconds } = await firstRun(
        started,
        names.map((name) => outputOf.get(name) ?? name),
        nodes,
      ));
    }
    const unique = uniqueNames(taps.map((tap) => tap.op.name));
    const tapOf = new Map(
      taps.map((tap, index) => {
        const output = outputOf.get(tap.tensor) ?? tap.tensor;
        const type = types.get(tap.tensor) ?? 'float32';
        const layer = layerOf(tap, index, unique[index] ?? '', outputs[output], feed.batch ?? 1);
        return [layer, { ...tap, output, type }] as const;
      }),
    );
    // Taken now, so that the file's bytes need not be held.
    const norms = new Map<Layer, Float64Array | null>();
    for (const [layer, { op }] of tapOf) norms.set(layer, kernelNorms(file, op, layer.units));
    const backend = onnxBackendId(thisPlatform, providers);
    const unseen = unseenConvolutions(file, ops);
    const blocked =
      providers === undefined ? blockedPasses(tapOf, { data, session, feed, milliseconds }) : null;
    return new OnnxModel(path, backend, session, feed, tapOf, norms, unseen, blocked);
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
    memory?: MapMemory,
  ): Promise<void> {
    const asked = new Set(layers);
    const wanted = this.layers.filter((layer) => asked.has(layer));
    if (this.feed.batch === null) {
      const network = memory?.takesBlocks === true ? ((await this.blocked?.network()) ?? null) : null;
      const places = memory && this.places.of(wanted, count, memory, network);
      const made = await this.run(images, count, wanted, places, network);
      for (const layer of wanted) await onMaps(layer, ...this.mapsOf(layer, made, count, network));
      return;
    }
    const parts = await this.fixedBatches(images, count, wanted, this.feed.batch);
    for (const layer of wanted) await onMaps(layer, parts.get(layer) ?? new Float32Array(), 1);
  }

  l1Norms(layer: Layer): Promise<Float64Array | null> {
    return Promise.resolve(this.norms.get(layer) ?? null);
  }

  async dispose(): Promise<void> {
    await this.blocked?.dispose();
    await this.session.release();
  }

  /** For a model whose number of images is fixed: several runs, the last one filled up with black. */
  private async fixedBatches(
    images: Float32Array,
    count: number,
    layers: readonly Layer[],
    batch: number,
  ): Promise<Map<Layer, Float32Array>> {
    const size = this.feed.height * this.feed.width * this.feed.channels;
    const collected = new Map(
      layers.map((layer) => [layer, new Float32Array(count * layer.units * layer.height * layer.width)]),
    );
    for (let start = 0; start < count; start += batch) {
      const part = new Float32Array(batch * size);
      part.set(images.subarray(start * size, Math.min(count, start + batch) * size));
      const outputs = await this.run(part, batch, layers);
      for (const [layer, maps] of collected) {
        const perImage = maps.length / count;
        const [made] = this.mapsOf(layer, outputs, batch);
        maps.set(made.subarray(0, Math.min(batch, count - start) * perImage), start * perImage);
      }
    }
    return collected;
  }

  private async run(
    images: Float32Array,
    count: number,
    layers: readonly Layer[],
    places?: Readonly<Record<string, Floats>>,
    network: BlockedNetwork | null = null,
  ): Promise<Made> {
    const turned = places && ((floats: number) => this.places.turned(floats));
    const feeds = { [this.feed.name]: imageFloats(this.feed, images, count, turned) };
    try {
      if (places === undefined)
        return await this.session.run(feeds, [...new Set(layers.map((layer) => this.tapAt(layer).output))]);
      const started = performance.now();
      await (network?.session ?? this.session).runInto(feeds, places);
      this.blocked?.spent(performance.now() - started);
      return places;
    } catch (cause) {
      throw new UnsupportedModelError(
        `${this.path}: onnxruntime failed on a batch of ${count} images: ${messageOf(cause)}; ` +
          'a network that was exported for one image alone runs with batchSize 1',
        { cause },
      );
    }
  }

  /** A layer's maps in what a run made, and in blocks of how many channels they are. */
  private mapsOf(
    layer: Layer,
    outputs: Made,
    count: number,
    network: BlockedNetwork | null = null,
  ): [maps: Float32Array, block: number] {
    const { output, channelsLast } = this.tapAt(layer);
    const { name, block } = tensorOf(network, output);
    const values = outputs[name]?.data;
    const pixels = layer.height * layer.width;
    const units = Math.ceil(layer.units / block) * block;
    if (!(values instanceof Float32Array) || values.length !== count * units * pixels) {
      throw new ModelOutputError(
        `${this.path}: layer '${layer.name}': expected ${count} × ${units} maps of ${layer.height}×${layer.width} float32, ` +
          `found ${shapeText(outputs[name]?.dims ?? [])}`,
      );
    }
    return [channelsLast ? channelsFirst(values, count, pixels, layer.units) : values, block];
  }

  /** Where a layer of this model is looked at. */
  tapAt(layer: Layer): OnnxTap {
    const tap = this.tapOf.get(layer);
    if (tap === undefined) throw new Error(`layer '${layer.name}' belongs to another model`);
    return tap;
  }
}

function blockedPasses(
  tapOf: ReadonlyMap<Layer, OnnxTap>,
  opened: Omit<ConstructorParameters<typeof BlockedPasses>[0], 'outputs' | 'floats'>,
): BlockedPasses {
  const outputs = new Map(
    [...tapOf.values()].map((tap) => [tap.output, !tap.channelsLast && tap.flat === undefined] as const),
  );
  const floats = [...tapOf.keys()].reduce((sum, { units, height, width }) => sum + units * height * width, 0);
  return new BlockedPasses({ ...opened, outputs, floats });
}

/** What the first runs of a model have in common. */
interface Started {
  readonly path: string;
  readonly file: OnnxFile;
  readonly feed: OnnxInput;
  /** The model's bytes, and the outputs that they have. */
  readonly base: Uint8Array;
  readonly known: ReadonlySet<string>;
  /** Outputs whose shapes the file declares. */
  readonly declared: readonly string[];
  readonly threads: number;
  readonly providers: readonly Provider[] | undefined;
}

/** Opens the model with more outputs and nodes, and runs it once on a zero image. */
async function firstRun(
  { path, file, feed, base, known, declared, threads, providers }: Started,
  fetched: readonly string[],
  nodes: readonly AddedNode[],
): Promise<FirstRun> {
  try {
    const more = fetched.filter((name) => !known.has(name));
    const model = withOutputs(base, more, nodes);
    const data = { model, external: file.external, threads };
    const before = performance.now();
    const session = await openSession({ ...data, ...(providers && { providers }) });
    const milliseconds = performance.now() - before;
    const count = feed.batch ?? 1;
    const zeros = new Float32Array(count * feed.height * feed.width * feed.channels);
    const images = { [feed.name]: imageFloats(feed, zeros, count) };
    const outputs = await session.run(images, [...new Set([...fetched, ...declared])]);
    return { session, outputs, data, milliseconds };
  } catch (cause) {
    if (cause instanceof BackendMissingError) throw cause;
    if (cause instanceof UnsupportedModelError)
      throw new UnsupportedModelError(`${path}: ${cause.message}`, { cause });
    throw cannotRun(path, file, cause);
  }
}

function kernelNorms(file: OnnxFile, { convolution, output }: Op, units: number): Float64Array | null {
  if (convolution === undefined) return null;
  const kernel = onnxKernel(file, output);
  return kernel && onnxChannelNorms(kernel.values, kernel.shape, convolution.kind, units);
}

export interface OnnxTap extends Tap {
  /** The tensor that is fetched: the tap's own, or what is made of it where that is not float32. */
  readonly output: string;
  /** The type of the tap's own tensor. */
  readonly type: string;
}

/** What a run made, wherever it lies. */
type Made = Readonly<Record<string, Pick<MadeTensor, 'dims' | 'data'>>>;

interface FirstRun {
  readonly session: NetworkSession;
  readonly data: SessionData;
  /** What opening the session took. */
  readonly milliseconds: number;
  readonly outputs: Outputs;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
