import type { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  ablatedLayer,
  classesOf,
  scoresTensor,
  type AblatedBatch,
  type AblatedLayer,
  type AblatedNetwork,
} from './ablated-network.js';
import { AblationError, UnsupportedModelError } from '../errors.js';
import type { Layer } from '../layer.js';
import type { InputSize, OpenOptions } from '../model.js';
import { splitNetwork } from '../graph/network-split.js';
import { FLOAT, type OnnxNode } from '../onnx/onnx-file.js';
import type { OnnxInput } from '../onnx/onnx-input.js';
import { onnxBackendId } from '../onnx/onnx-model.js';
import { layerOf } from '../onnx/onnx-outputs.js';
import { createSession, imageTensor, type Tensors } from '../onnx/onnx-session.js';
import { searchNetwork } from '../graph/searched-network.js';
import { subgraph, type OnnxFeed } from '../onnx/onnx-subgraph.js';
import { channelsFirst } from '../unit-maps.js';
import { readNetwork } from '../weights/read-network.js';

type Runtime = typeof import('onnxruntime-node');

/** A part of the network, and the tensors it is fed with besides the images. */
interface Part {
  readonly session: InferenceSession;
  readonly feeds: readonly string[];
}

/** Where units are made 0. */
interface Cut {
  readonly name: string;
  readonly channelsLast: boolean;
}

const ELEMENT_TYPES: Readonly<Record<string, number>> = {
  float32: FLOAT,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

// These hold graphs of their own, which read tensors that their inputs do not name.
const NESTING = new Set(['If', 'Loop', 'Scan']);

/**
 * An ONNX network in two sessions: up to the layer, and from there on. What comes before the layer is run once, and a
 * unit's maps are made 0 in the tensor that passes between: exact, for whatever weights made it.
 */
export class OnnxAblation implements AblatedNetwork {
  readonly backend = onnxBackendId();

  private constructor(private readonly split: SplitNetwork) {}

  /** Throws UnsupportedModelError, UnknownLayerError and AblationError. */
  static async open(path: string, name: string, options: AblationOptions): Promise<OnnxAblation> {
    const stored = await readNetwork(path, options, { whole: true });
    refuseNesting(path, stored.graph.node);
    const { file, feed, ops, found } = await searchNetwork(path, stored, options, (all, shapeOf) =>
      ablatedLayer(path, all, name, options.tap, shapeOf),
    );
    const cutNames = found.cut.map((cut) => cut.name);
    const outputs = file.graph.output.map((output) => output.name);
    const scores = scoresTensor(path, ops, outputs, options.output);
    const nodes = file.graph.node.map((node) => ({
      node,
      inputs: node.input.filter((tensor) => tensor !== ''),
      outputs: node.output.filter((tensor) => tensor !== ''),
    }));
    const inner = cutNames.includes(found.tap.tensor) ? [] : [found.tap.tensor];
    const split = splitNetwork(nodes, feed.name, cutNames, [scores, ...inner]);
    if (split === null) throw new AblationError(`${path}: its output does not depend on layer '${name}'`);

    const runtime = await import('onnxruntime-node');
    const parts: Part[] = [];
    const open: OpenPart = async (half, feeds, wanted) => {
      const part = split[half].map(({ node }) => node);
      const bytes = subgraph(file, part, feeds, wanted);
      const session = await createSession(runtime, bytes, file.external, options.threads ?? 1);
      const opened = { session, feeds: feeds.map((one) => one.name) };
      parts.push(opened);
      return opened;
    };
    try {
      const passing = [...new Set([...cutNames, ...split.boundary])];
      const asked = { path, name, runtime, feed, found, passing, scores, inner };
      return new OnnxAblation(await openSplit(asked, open));
    } catch (cause) {
      for (const { session } of parts) await session.release();
      if (cause instanceof AblationError) throw cause;
      throw new UnsupportedModelError(
        `${path}: onnxruntime cannot run this model in two parts at layer '${name}': ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  }

  get layer(): Layer {
    return this.split.layer;
  }

  get classes(): number {
    return this.split.classes;
  }

  get floats(): number {
    return this.split.floats;
  }

  get input(): InputSize {
    const { height, width, channels } = this.split.feed;
    return { height, width, channels };
  }

  get batch(): number | null {
    return this.split.feed.batch;
  }

  async begin(images: Float32Array, count: number): Promise<AblatedBatch> {
    const { feed, runtime, before } = this.split;
    const run = feed.batch ?? count;
    if (count > run) throw new RangeError(`the network takes ${run} images a run, found ${count}`);
    let padded = images;
    if (run > count) {
      padded = new Float32Array(run * feed.height * feed.width * feed.channels);
      padded.set(images);
    }
    const input = { [feed.name]: imageTensor(runtime, feed, padded, run) };
    return new OnnxBatch(this.split, { ...input, ...(await before.run(input)) }, count);
  }

  async dispose(): Promise<void> {
    await this.split.before.release();
    await this.split.after.session.release();
  }
}

export interface AblationOptions extends OpenOptions {
  /** The output that holds the class scores, where the network has several. */
  readonly output?: string;
}

/** The network in its two parts. */
interface SplitNetwork {
  readonly runtime: Runtime;
  readonly feed: OnnxInput;
  readonly before: InferenceSession;
  readonly after: Part;
  readonly cuts: readonly Cut[];
  readonly tap: Cut;
  /** The output that holds the class scores. */
  readonly scores: string;
  readonly layer: Layer;
  readonly classes: number;
  /** What passes between the parts for each image. */
  readonly floats: number;
}

/** Opens one part, of which `wanted` are fetched. */
type OpenPart = (
  half: 'before' | 'after',
  feeds: readonly OnnxFeed[],
  wanted: readonly string[],
) => Promise<Part>;

interface SplitAsked {
  readonly path: string;
  readonly name: string;
  readonly runtime: Runtime;
  readonly feed: OnnxInput;
  readonly found: AblatedLayer;
  /** Tensors that pass between the parts. */
  readonly passing: readonly string[];
  readonly scores: string;
  /** The tap's tensor, where it is none of the cut. */
  readonly inner: readonly string[];
}

/** Opens both parts, and runs them once on black to learn what passes between them. */
async function openSplit(
  { path, name, runtime, feed, found, passing, scores, inner }: SplitAsked,
  open: OpenPart,
): Promise<SplitNetwork> {
  const { cut: cuts, tap: whole, index } = found;
  const count = feed.batch ?? 1;
  const black = new Float32Array(count * feed.height * feed.width * feed.channels);
  const images = { [feed.name]: imageTensor(runtime, feed, black, count) };
  const made = passing.filter((tensor) => tensor !== feed.name);
  const before = await open('before', [imageFeed(feed)], made);
  const known: Tensors = { ...images, ...(await before.session.run(images, made)) };
  const feeds = passing.map((tensor) => feedOf(tensor, known[tensor], count));
  const after = await open('after', feeds, [scores, ...inner]);
  const ends: Tensors = { ...known, ...(await after.session.run(pick(known, passing))) };
  const layer = layerOf(whole, index, name, ends[whole.tensor], count);
  for (const cut of cuts) refuseCut(path, found, cut, known[cut.name], layer.units);
  const floats = passing.reduce((sum, tensor) => sum + (known[tensor]?.size ?? 0) / count, 0);
  const classes = classesOf(path, scores, ends[scores]?.dims ?? []);
  if (ends[scores]?.type !== 'float32') {
    throw new AblationError(
      `${path}: expected float32 in its output '${scores}', found ${ends[scores]?.type ?? 'nothing'}`,
    );
  }
  const tap = { name: whole.tensor, channelsLast: whole.channelsLast };
  return { runtime, feed, before: before.session, after, cuts, tap, scores, layer, classes, floats };
}

function refuseNesting(path: string, nodes: readonly OnnxNode[]): void {
  const nesting = nodes.find(({ opType }) => NESTING.has(opType));
  if (nesting === undefined) return;
  throw new AblationError(
    `${path}: its operation '${nesting.name}' (${nesting.opType}) holds a graph of its own; expected a network without branches and loops`,
  );
}

class OnnxBatch implements AblatedBatch {
  readonly #pass: SplitNetwork;
  readonly #count: number;
  readonly #cuts: readonly { readonly original: Tensor; readonly ablated: Tensor; readonly cut: Cut }[];
  readonly #feeds: Tensors;
  /** Units that are 0 now. */
  readonly #state: Uint8Array;
  /** Runs share the tensors of the cut: each waits for the one before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(pass: SplitNetwork, known: Tensors, count: number) {
    this.#pass = pass;
    this.#count = count;
    this.#state = new Uint8Array(pass.layer.units);
    this.#cuts = pass.cuts.flatMap((cut) => {
      const original = known[cut.name];
      if (original === undefined) return [];
      const copy = Float32Array.from(original.data as Float32Array);
      return [{ cut, original, ablated: new pass.runtime.Tensor('float32', copy, original.dims) }];
    });
    const copies = Object.fromEntries(this.#cuts.map(({ cut, ablated }) => [cut.name, ablated]));
    this.#feeds = { ...pick(known, pass.after.feeds), ...copies };
  }

  async scores(ablated: Uint8Array): Promise<Float32Array> {
    const { scores, classes } = this.#pass;
    const made = await this.#run(ablated, scores);
    return made.subarray(0, this.#count * classes);
  }

  async maps(ablated: Uint8Array): Promise<Float32Array> {
    const { tap, layer } = this.#pass;
    const pixels = layer.height * layer.width;
    const made = await this.#run(ablated, tap.name);
    const maps = made.subarray(0, this.#count * layer.units * pixels);
    return tap.channelsLast ? channelsFirst(maps, this.#count, pixels, layer.units) : maps.slice();
  }

  dispose(): void {
    // Its tensors are JavaScript's own.
  }

  async #run(ablated: Uint8Array, wanted: string): Promise<Float32Array> {
    const run = this.#last.then(() => this.#runNow(ablated, wanted));
    this.#last = run.catch(() => undefined);
    return await run;
  }

  async #runNow(ablated: Uint8Array, wanted: string): Promise<Float32Array> {
    for (let unit = 0; unit < this.#state.length; unit++) {
      const off = (ablated[unit] ?? 0) === 0 ? 0 : 1;
      if (this.#state[unit] === off) continue;
      for (const one of this.#cuts) setUnit(one, unit, off === 1);
      this.#state[unit] = off;
    }
    const cut = this.#cuts.find((one) => one.cut.name === wanted);
    if (cut !== undefined) return (cut.ablated.data as Float32Array).slice();
    const { session } = this.#pass.after;
    return (await session.run(this.#feeds, [wanted]))[wanted]?.data as Float32Array;
  }
}

/** Makes the maps of a unit 0, or what they were. */
function setUnit(
  { original, ablated, cut }: { readonly original: Tensor; readonly ablated: Tensor; readonly cut: Cut },
  unit: number,
  off: boolean,
): void {
  const from = original.data as Float32Array;
  const to = ablated.data as Float32Array;
  const [images = 0, ...sizes] = original.dims;
  const units = (cut.channelsLast ? sizes.at(-1) : sizes[0]) ?? 0;
  const pixels = from.length / (images * units);
  if (cut.channelsLast) {
    for (let at = unit; at < from.length; at += units) to[at] = off ? 0 : (from[at] ?? 0);
    return;
  }
  for (let start = unit * pixels; start < from.length; start += units * pixels) {
    if (off) to.fill(0, start, start + pixels);
    else to.set(from.subarray(start, start + pixels), start);
  }
}

function imageFeed({ name, channelsLast, height, width, channels, batch }: OnnxInput): OnnxFeed {
  const sizes = channelsLast ? [height, width, channels] : [channels, height, width];
  return { name, elemType: FLOAT, shape: [batch, ...sizes] };
}

function feedOf(name: string, tensor: Tensor | undefined, count: number): OnnxFeed {
  const { type = 'float32', dims = [] } = tensor ?? {};
  const elemType = ELEMENT_TYPES[type];
  if (elemType === undefined)
    throw new AblationError(`its tensor '${name}' holds ${type}, which cannot be handed on`);
  // Maps have a size for each image; of anything else the sizes may depend on the number of images in another way.
  const maps = dims.length === 4 && dims[0] === count;
  return { name, elemType, ...(maps && { shape: [null, ...dims.slice(1)] }) };
}

function pick(outputs: Tensors, names: readonly string[]): Tensors {
  return Object.fromEntries(
    names.flatMap((name) => {
      const tensor = outputs[name];
      return tensor === undefined ? [] : [[name, tensor]];
    }),
  );
}

function refuseCut(
  path: string,
  { name }: AblatedLayer,
  cut: Cut,
  tensor: Tensor | undefined,
  units: number,
): void {
  const { type = 'nothing', dims = [] } = tensor ?? {};
  const channels = cut.channelsLast ? dims.at(-1) : dims[1];
  if (type === 'float32' && channels === units) return;
  throw new AblationError(
    `${path}: layer '${name}' cannot be ablated: expected ${units} float32 maps an image in '${cut.name}', ` +
      `found ${type} of [${dims.join(', ')}]`,
  );
}
