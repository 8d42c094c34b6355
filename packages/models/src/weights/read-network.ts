import type { OpenOptions } from '../model.js';
import { readOnnx, type OnnxFile } from '../onnx-file.js';
import { float32Feed } from '../onnx-float32-feed.js';
import { onnxInput } from '../onnx-input.js';
import { onnxOps } from '../onnx-ops.js';
import { tensorShapes } from '../onnx/tensor-shapes.js';
import { findTaps, measuredTaps } from '../taps.js';
import { findBinding, withWeights } from './bind-weights.js';
import type { Binding } from './binding.js';
import type { WeightFile } from './weight-tensor.js';
import type { WeightsOptions } from './weights-options.js';

/**
 * The ONNX network at `path`, with the weights of `options.weights` in place of its own where they are given. Throws
 * UnreadableModelError, UnsupportedFormatError, UnsupportedModelError.
 */
export async function readNetwork(path: string, options: OpenOptions): Promise<OnnxFile> {
  const file = await readOnnx(path);
  if (options.weights === undefined) return file;
  const { weights, binding } = await boundTo(path, file, options.weights, options);
  return await withWeights(path, file, weights, binding);
}

/** How the weights of a file are bound to the graph at `path`. Throws as readNetwork does. */
export async function bindWeights(
  path: string,
  weights: WeightsOptions,
  options: OpenOptions = {},
): Promise<{ readonly weights: WeightFile; readonly binding: Binding }> {
  return await boundTo(path, await readOnnx(path), weights, options);
}

/** Binds what leads to the layers: a head that a file of weights has not is not looked at. */
async function boundTo(path: string, stored: OnnxFile, weights: WeightsOptions, options: OpenOptions) {
  const { file, feed } = float32Feed(path, stored, onnxInput(path, stored, options));
  const ops = onnxOps(file);
  const taps = await measuredTaps(
    ops,
    (shapeOf) => findTaps(ops, options.tap, shapeOf),
    (tensors) => tensorShapes(path, file, feed, tensors),
  );
  return await findBinding(path, stored, [...new Set(taps.map(({ tensor }) => tensor))], weights);
}
