import { UnsupportedModelError } from '../errors.js';
import type { OpenOptions } from '../model.js';
import { readOnnx, type OnnxFile } from '../onnx/onnx-file.js';
import { onnxStructure } from '../structure/onnx-structure.js';
import { searchNetwork } from '../graph/searched-network.js';
import { findTaps } from '../graph/taps.js';
import { boundValues, findBinding } from './bind-weights.js';
import type { Binding } from './binding.js';
import { contentDigest } from './content-digest.js';
import { KnownGraph } from './known-graph.js';
import type { WeightFile } from './weight-tensor.js';
import type { WeightsOptions } from './weights-options.js';

/** How much of a network is bound: all of it, or what leads to its layers where the weights have no head of this shape. */
type Extent = 'all' | 'layers';

interface Bound {
  readonly weights: WeightFile;
  readonly binding: Binding;
  readonly extent: Extent;
  /** What all that is bound leads to. */
  readonly tensors: readonly string[];
}

/**
 * The ONNX network at `path`, with the weights of `options.weights` in place of its own where they are given; `whole`: up to
 * its outputs. Throws UnreadableModelError, UnsupportedFormatError, UnsupportedModelError.
 */
export async function readNetwork(
  path: string,
  options: OpenOptions,
  { whole = false } = {},
): Promise<OnnxFile> {
  if (options.weights === undefined) return await readOnnx(path);
  const graph = await KnownGraph.at(path);
  const { weights, binding } = await boundTo(graph, options.weights, options, whole);
  return await graph.with(await boundValues(weights, binding, true));
}

/** How the weights of a file are bound to the graph at `path`. Throws as readNetwork does. */
export async function bindWeights(
  path: string,
  weights: WeightsOptions,
  options: OpenOptions = {},
): Promise<Bound> {
  return await boundTo(await KnownGraph.at(path), weights, options);
}

/**
 * How the weights of a file are bound, and the digest of the network that they make: of its structure and of the values of
 * its weights, whatever file they came from; `finite`: of finite ones alone. Throws as readNetwork does.
 */
export async function boundDigest(
  path: string,
  weights: WeightsOptions,
  options: OpenOptions = {},
  { finite = false } = {},
): Promise<Bound & { readonly digest: string }> {
  const graph = await KnownGraph.at(path);
  const bound = await boundTo(graph, weights, options);
  const values = await boundValues(bound.weights, bound.binding, finite);
  const network = await graph.with(values);
  return { ...bound, digest: contentDigest(network, bound.extent, bound.tensors) };
}

/** The digest that a file of weights has which makes the network at `path` of its graph. Throws as readNetwork does. */
export async function networkDigest(path: string, options: OpenOptions = {}): Promise<string> {
  const file = await readOnnx(path);
  const taps = await knownTaps(path, file, () => Promise.resolve(file), options);
  return contentDigest(file, 'all', [...outputsOf(file), ...taps]);
}

async function boundTo(
  graph: KnownGraph,
  weights: WeightsOptions,
  options: OpenOptions,
  whole = false,
): Promise<Bound> {
  const file = weights.exportedFrom === undefined ? await graph.headers() : await graph.whole();
  const taps = await knownTaps(graph.path, file, () => graph.whole(), options);
  try {
    const tensors = [...outputsOf(file), ...taps];
    return { ...(await findBinding(graph.path, file, tensors, weights)), extent: 'all', tensors };
  } catch (error) {
    if (whole || taps.length === 0 || !(error instanceof UnsupportedModelError)) throw error;
  }
  return { ...(await findBinding(graph.path, file, taps, weights)), extent: 'layers', tensors: taps };
}

function outputsOf({ graph }: OnnxFile): string[] {
  return graph.output.map(({ name }) => name);
}

/** By what they depend on; thousands of checkpoints share it. */
const known = new Map<string, Promise<readonly string[]>>();
const MOST_KNOWN = 16;

/**
 * The tensors that a graph's layers are looked at in; none where they cannot be told, as of a graph that leaves the size of
 * its images open.
 */
async function knownTaps(
  path: string,
  file: OnnxFile,
  whole: () => Promise<OnnxFile>,
  options: OpenOptions,
): Promise<readonly string[]> {
  const key = JSON.stringify([onnxStructure(file), options.tap, options.inputSize]);
  let taps = known.get(key);
  if (taps === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    taps = whole().then((stored) => tapsOf(path, stored, options));
    known.set(key, taps);
  }
  return await taps.catch((error: unknown) => {
    known.delete(key);
    if (error instanceof UnsupportedModelError) return [];
    throw error;
  });
}

async function tapsOf(path: string, stored: OnnxFile, options: OpenOptions): Promise<readonly string[]> {
  const { found } = await searchNetwork(path, stored, options, (ops, shapeOf) =>
    findTaps(ops, options.tap, shapeOf),
  );
  return [...new Set(found.map(({ tensor }) => tensor))];
}
