import { boundDigest, networkDigest, type OpenOptions, type WeightsOptions } from '@unitscope/models';
import type { ModelsSource } from '@unitscope/plan';
import { imageSize } from '../../resolve/layer-sets.js';

/**
 * The digest of a graph with the weights of a file, and the square kernels that were turned to fit. Throws the InputErrors
 * of bindWeights.
 */
export async function boundWeights(
  graph: string,
  options: WeightsOptions,
  source: ModelsSource,
): Promise<{ readonly digest: string; readonly turned: string[] }> {
  const { digest, binding } = await boundDigest(graph, options, looking(source));
  const turned = binding.bound
    .filter((one) => one.square && one.turned)
    .map(({ parameter }) => parameter.name);
  return { digest, turned };
}

/** The digest of a full network: that of its graph with the same weights. Throws the InputErrors of openModel. */
export async function onnxDigest(path: string, source: ModelsSource): Promise<string> {
  return await networkDigest(path, looking(source));
}

function looking(source: ModelsSource): OpenOptions {
  const inputSize = imageSize(source.inputSize);
  return { tap: source.tap, ...(inputSize && { inputSize }) };
}
