import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { UnsupportedModelError } from '../errors.js';
import type { OpenOptions } from '../model.js';
import { FLOAT, FLOAT16, readOnnx, type OnnxFile } from '../onnx-file.js';
import { onnxStructure } from '../structure/onnx-structure.js';
import { searchNetwork } from '../searched-network.js';
import { findTaps } from '../taps.js';
import { findBinding, ownBytes, storedBytes, withWeights } from './bind-weights.js';
import type { Binding } from './binding.js';
import { parametersOf } from './graph-parameters.js';
import type { WeightFile } from './weight-tensor.js';
import type { WeightsOptions } from './weights-options.js';

/** How much of a network is bound: all of it, or what leads to its layers where the weights have no head of this shape. */
type Extent = 'all' | 'layers';

interface Bound {
  readonly weights: WeightFile;
  readonly binding: Binding;
  readonly extent: Extent;
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
  const file = await readOnnx(path);
  if (options.weights === undefined) return file;
  const { weights, binding } = await boundTo(path, file, options.weights, options, whole);
  return await withWeights(path, file, weights, binding);
}

/** How the weights of a file are bound to the graph at `path`. Throws as readNetwork does. */
export async function bindWeights(
  path: string,
  weights: WeightsOptions,
  options: OpenOptions = {},
): Promise<Bound> {
  return await boundTo(path, await readOnnx(path), weights, options);
}

/**
 * How the weights of a file are bound, and the digest of the network that they make: of its structure and of the values of
 * its weights, whatever file they came from. Throws as readNetwork does.
 */
export async function boundDigest(
  path: string,
  weights: WeightsOptions,
  options: OpenOptions = {},
): Promise<Bound & { readonly digest: string }> {
  const file = await readOnnx(path);
  const bound = await boundTo(path, file, weights, options);
  const network = await withWeights(path, file, bound.weights, bound.binding, { finite: false });
  const tensors = bound.extent === 'all' ? outputsOf(file) : await tapsOf(path, file, options);
  const hash = createHash('sha256').update(
    JSON.stringify(['weights/1', bound.extent, onnxStructure(network)]),
  );
  for (const { opType, attribute } of network.graph.node)
    if (opType === 'Constant') for (const { t } of attribute) hash.update(`${t.length} `).update(t);
  const values = new Set(parametersOf(network, tensors).map(({ name }) => name));
  for (const [name, { header }] of [...network.initializers].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isFloat = header.dataType === FLOAT || header.dataType === FLOAT16;
    // Floats that lead to nothing that is bound are those of another checkpoint's head.
    if (isFloat && !values.has(name)) continue;
    hash.update(JSON.stringify([name, header.dims, header.dataType]));
    hash.update((isFloat ? ownBytes(network, name) : null) ?? storedBytes(network, name));
  }
  return { ...bound, digest: hash.digest('hex') };
}

async function boundTo(
  path: string,
  file: OnnxFile,
  weights: WeightsOptions,
  options: OpenOptions,
  whole = false,
): Promise<Bound> {
  try {
    return { ...(await findBinding(path, file, outputsOf(file), weights)), extent: 'all' };
  } catch (error) {
    if (whole || !(error instanceof UnsupportedModelError)) throw error;
  }
  const taps = await tapsOf(path, file, options);
  return { ...(await findBinding(path, file, taps, weights)), extent: 'layers' };
}

function outputsOf({ graph }: OnnxFile): string[] {
  return graph.output.map(({ name }) => name);
}

/** By what they depend on; thousands of checkpoints share a graph. */
const known = new Map<string, Promise<readonly string[]>>();
const MOST_KNOWN = 16;

/** The tensors that a graph's layers are looked at in. */
async function tapsOf(path: string, stored: OnnxFile, options: OpenOptions): Promise<readonly string[]> {
  const { size, mtimeMs, ino } = await stat(path);
  const key = JSON.stringify([path, size, mtimeMs, ino, options.tap, options.inputSize]);
  let taps = known.get(key);
  if (taps === undefined) {
    if (known.size >= MOST_KNOWN) known.clear();
    taps = findTapsOf(path, stored, options);
    known.set(key, taps);
  }
  return await taps.catch((error: unknown) => {
    known.delete(key);
    throw error;
  });
}

async function findTapsOf(path: string, stored: OnnxFile, options: OpenOptions): Promise<readonly string[]> {
  const { found } = await searchNetwork(path, stored, options, (ops, shapeOf) =>
    findTaps(ops, options.tap, shapeOf),
  );
  return [...new Set(found.map(({ tensor }) => tensor))];
}
