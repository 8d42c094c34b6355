import { createHash } from 'node:crypto';
import type { ModelFormat } from '../model.js';
import { readOnnx } from '../onnx/onnx-file.js';
import { readModelJson } from '../tfjs/tfjs-artifacts.js';
import { onnxStructure } from './onnx-structure.js';

/**
 * A digest of the network in a checkpoint but for the values of its weights: checkpoints that have the same one have
 * the same layers. `path` is the file to open. Throws UnreadableModelError.
 */
export async function modelStructure(path: string, format: ModelFormat): Promise<string> {
  if (format === 'onnx') return `onnx ${onnxStructure(await readOnnx(path))}`;
  const { json } = await readModelJson(path);
  const weights = json.weightsManifest.flatMap((group) =>
    group.weights.map(({ name, shape, dtype, quantization }) => [name, shape, dtype, quantization?.dtype]),
  );
  const network = JSON.stringify([format, json.modelTopology, weights]);
  return `${format} ${createHash('sha256').update(network).digest('hex')}`;
}
