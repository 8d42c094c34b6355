import { boundDigest, networkDigest, type OpenOptions, type WeightsOptions } from '@unitscope/models';
import type { ManifestFile, ManifestWeights, ModelsSource } from '@unitscope/plan';
import { imageSize } from '../layer-sets.js';

/**
 * The digest of a graph with the weights of a file, and what a task needs to bind them again. `found`: where the weights
 * are, and their files. Throws the InputErrors of bindWeights.
 */
export async function boundWeights(
  graph: string,
  options: WeightsOptions,
  source: ModelsSource,
  { path, files }: { readonly path: string; readonly files: readonly ManifestFile[] },
): Promise<{ readonly digest: string; readonly weights: ManifestWeights }> {
  const { digest, binding } = await boundDigest(graph, options, looking(source));
  const turned = binding.bound
    .filter((one) => one.square && one.turned)
    .map(({ parameter }) => parameter.name);
  const { inside, prefix, exportedFrom } = options;
  return {
    digest,
    weights: {
      path,
      files,
      ...(inside !== undefined && { inside }),
      ...(prefix !== undefined && { prefix }),
      ...(exportedFrom !== undefined && { turned }),
    },
  };
}

/** The digest of a full network: that of its graph with the same weights. Throws the InputErrors of openModel. */
export async function onnxDigest(path: string, source: ModelsSource): Promise<string> {
  return await networkDigest(path, looking(source));
}

function looking(source: ModelsSource): OpenOptions {
  const inputSize = imageSize(source.inputSize);
  return { tap: source.tap, ...(inputSize && { inputSize }) };
}
