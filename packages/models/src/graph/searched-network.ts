import type { ShapeOf } from './chain.js';
import type { OpenOptions } from '../model.js';
import type { OnnxFile } from '../onnx/onnx-file.js';
import { float32Feed } from '../onnx/onnx-float32-feed.js';
import { onnxInput, type OnnxInput } from '../onnx/onnx-input.js';
import { onnxOps } from '../onnx/onnx-ops.js';
import { tensorShapes } from '../onnx/tensor-shapes.js';
import type { Op } from './op-graph.js';
import { measuredTaps } from './taps.js';

/** A network as it is run on float32 images, and what a search in its graph found. */
export interface SearchedNetwork<T> {
  readonly file: OnnxFile;
  readonly feed: OnnxInput;
  readonly ops: readonly Op[];
  readonly found: T;
}

/** Searches the graph of a network; sizes are measured where the search asks for them. Throws UnsupportedModelError. */
export async function searchNetwork<T>(
  path: string,
  stored: OnnxFile,
  options: OpenOptions,
  search: (ops: readonly Op[], shapeOf: ShapeOf) => T,
): Promise<SearchedNetwork<T>> {
  const { file, feed } = float32Feed(path, stored, onnxInput(path, stored, options));
  const ops = onnxOps(file);
  const found = await measuredTaps(
    ops,
    (shapeOf) => search(ops, shapeOf),
    (tensors) => tensorShapes(path, file, feed, tensors),
  );
  return { file, feed, ops, found };
}
