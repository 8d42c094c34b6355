import { BirthKernel } from '@unitscope/topology';
import type { InferenceSession } from 'onnxruntime-node';
import { batchOf, noiseImage } from '../independence/noise.js';
import { croppable, type Layer } from '../layer.js';
import type { OpenOptions } from '../model.js';
import { splitNetwork } from '../graph/network-split.js';
import { withOutputs, type OnnxFile, type OnnxNode } from '../onnx/onnx-file.js';
import { float32Feed } from '../onnx/onnx-float32-feed.js';
import { floatMaps } from '../onnx/onnx-float-maps.js';
import { onnxInput, type OnnxInput } from '../onnx/onnx-input.js';
import { OnnxModel, type OnnxTap } from '../onnx/onnx-model.js';
import { graphsOf, outerTensors } from '../onnx/nested-graphs.js';
import { createSession, imageTensor, type Tensors } from '../onnx/onnx-session.js';
import { leadingTo, subgraph } from '../onnx/onnx-subgraph.js';
import { elemTypeOf } from '../onnx/onnx-types.js';
import { channelsFirst } from '../unit-maps.js';
import { LayerComparison, type LayerCheck } from './layer-check.js';
import { readNetwork } from '../weights/read-network.js';

/**
 * Makes the maps of each layer again: the operations between the convolution's input and the tap, as a graph of their own
 * that onnxruntime runs as it is written, without its optimiser, fed with what the whole network hands the convolution.
 */
export async function checkOnnx(path: string, images: number, options: OpenOptions): Promise<LayerCheck[]> {
  const stored = await readNetwork(path, options);
  const { file, feed } = float32Feed(path, stored, onnxInput(path, stored, options));
  const model = await OnnxModel.open(path, { ...options, checkOutputs: false });
  try {
    const kernel = new BirthKernel();
    const parts = model.layers
      .filter((layer) => croppable(layer, 'crop').measurable)
      .map((layer) => partOf(file, feed, model.tapAt(layer), new LayerComparison(layer, kernel)));
    const networks = await Networks.open(file, feed, parts);
    try {
      for (let image = 0; image < images; image++) await checkImage(networks, feed, model, parts, image);
    } finally {
      await networks.dispose();
    }
    return parts.map(({ comparison, isRounded }) => comparison.outcome(isRounded));
  } finally {
    await model.dispose();
  }
}

/** What lies between a convolution's input and its tap. */
interface Part {
  readonly tap: OnnxTap;
  readonly comparison: LayerComparison;
  readonly nodes: readonly OnnxNode[];
  /** Tensors of the network that it reads. */
  readonly reads: readonly string[];
  readonly isRounded: boolean;
}

/** Operations whose values are coarser than float32. */
const ROUNDING = /Quantize|QLinear|Integer|^Cast|MatMulNBits/;

function partOf(file: OnnxFile, feed: OnnxInput, tap: OnnxTap, comparison: LayerComparison): Part {
  const nodes = file.graph.node.map((node) => ({
    node,
    inputs: [...node.input, ...graphsOf(node).flatMap((graph) => [...outerTensors(graph)])].filter(
      (name) => name !== '',
    ),
    outputs: node.output.filter((name) => name !== ''),
  }));
  const split = splitNetwork(nodes, feed.name, tap.op.inputs, [tap.tensor]);
  if (split === null) comparison.giveUp('its tap does not follow from its input');
  const between = split?.after.map(({ node }) => node) ?? [];
  const isRounded = feed.type === 'float16' || between.some(({ opType }) => ROUNDING.test(opType));
  return {
    tap,
    comparison,
    nodes: between,
    reads: [...new Set([...tap.op.inputs, ...(split?.boundary ?? [])])],
    isRounded,
  };
}

async function checkImage(
  networks: Networks,
  feed: OnnxInput,
  model: OnnxModel,
  parts: readonly Part[],
  which: number,
): Promise<void> {
  const runtime = await import('onnxruntime-node');
  const image = noiseImage(feed.height * feed.width * feed.channels, which);
  const found = new Map<Layer, Float32Array>();
  const layers = parts.map(({ comparison }) => comparison.layer);
  await model.forward(image, 1, layers, (layer, maps) => {
    found.set(layer, maps.slice());
  });
  // A batch whose size the network fixes is filled up with black, as the sweep does it.
  const count = feed.batch ?? 1;
  const black = new Float32Array(image.length);
  const batch = batchOf(Array.from({ length: count }, (_, i) => (i === 0 ? image : black)));
  const known = await networks.runWhole({ [feed.name]: imageTensor(runtime, feed, batch, count) });
  for (const part of parts) {
    const { tap, comparison } = part;
    if (!comparison.isOpen) continue;
    try {
      const made = await networks.runPart(part, known);
      const { units, height, width } = comparison.layer;
      const one = made.subarray(0, made.length / count);
      const maps = tap.channelsLast ? channelsFirst(one, 1, height * width, units) : one;
      comparison.add(found.get(comparison.layer) ?? new Float32Array(), maps);
    } catch (cause) {
      comparison.giveUp(cause instanceof Error ? cause.message : String(cause));
    }
  }
}

/** The network as far as its parts' inputs, and the graphs of the parts, each made once for all images. */
class Networks {
  private readonly made = new Map<Part, InferenceSession>();

  private constructor(
    private readonly file: OnnxFile,
    private readonly whole: InferenceSession,
    private readonly reads: readonly string[],
  ) {}

  static async open(file: OnnxFile, feed: OnnxInput, parts: readonly Part[]): Promise<Networks> {
    const runtime = await import('onnxruntime-node');
    const reads = [...new Set(parts.flatMap((part) => part.reads))].filter((name) => name !== feed.name);
    const there = new Set(file.graph.output.map(({ name }) => name));
    const bytes =
      leadingTo(file, feed, reads) ??
      withOutputs(
        file.bytes,
        reads.filter((name) => !there.has(name)),
      );
    return new Networks(file, await createSession(runtime, bytes, file.external, 1), reads);
  }

  /** What the whole network hands the parts. */
  async runWhole(input: Tensors): Promise<Tensors> {
    return { ...input, ...(this.reads.length > 0 ? await this.whole.run(input, this.reads) : {}) };
  }

  /** The values of a tap, made by its operations alone. */
  async runPart(part: Part, known: Tensors): Promise<Float32Array> {
    const feeds = pick(known, part.reads);
    const session = this.made.get(part) ?? (await partSession(this.file, part, feeds));
    this.made.set(part, session);
    const { output } = part.tap;
    const { [output]: found } = await session.run(feeds, [output]);
    if (!(found?.data instanceof Float32Array))
      throw new Error(`expected float32, found ${found?.type ?? 'nothing'}`);
    return found.data;
  }

  async dispose(): Promise<void> {
    for (const session of [this.whole, ...this.made.values()]) await session.release();
  }
}

async function partSession(file: OnnxFile, { tap, nodes }: Part, feeds: Tensors): Promise<InferenceSession> {
  const runtime = await import('onnxruntime-node');
  const inputs = Object.entries(feeds).map(([name, { type, dims }]) => ({
    name,
    elemType: elemTypeOf(type),
    shape: dims,
  }));
  let bytes = subgraph(file, nodes, inputs, [tap.tensor]);
  const cast = tap.type === 'float32' ? null : floatMaps(file, tap.tensor, tap.type);
  if (cast !== null) bytes = withOutputs(bytes, [cast.output], [cast]);
  return await createSession(runtime, bytes, file.external, 1, { optimisation: 'disabled' });
}

function pick(outputs: Tensors, names: readonly string[]): Tensors {
  return Object.fromEntries(
    names.flatMap((name) => {
      const tensor = outputs[name];
      return tensor === undefined ? [] : [[name, tensor]];
    }),
  );
}
