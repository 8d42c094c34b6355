import { OnnxWeights } from '../onnx/onnx-weights.js';
import { readNetwork } from './read-network.js';
import type { WeightsOptions } from './weights-options.js';

/**
 * Writes the graph at `path` with the weights of a file as an ONNX network of its own, up to its outputs: to `to`, and where
 * the weights lie in files beside it to `<to>.data`. Throws UnreadableModelError, UnsupportedModelError, RescaleError.
 */
export async function writeBound(path: string, to: string, weights: WeightsOptions): Promise<void> {
  await new OnnxWeights(path, await readNetwork(path, { weights }, { whole: true })).save(to);
}
