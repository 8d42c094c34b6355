import { boundDigest, type WeightsOptions } from '@unitscope/models';
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
  const inputSize = imageSize(source.inputSize);
  const { digest, binding } = await boundDigest(graph, options, {
    tap: source.tap,
    ...(inputSize && { inputSize }),
  });
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
