import { type OpenOptions, type WeightsOptions } from '@unitscope/models';
import { checkpointDigest, type ManifestCheckpoint, type ManifestWeights } from '@unitscope/plan';

/** A checkpoint's files that are kept in one folder. */
export type CheckpointPart = Pick<ManifestCheckpoint, 'label' | 'digest'> & {
  readonly model?: Pick<NonNullable<ManifestCheckpoint['model']>, 'path' | 'files'>;
};

/** The name that files of weights have in their digest, where a checkpoint has its format. */
export const WEIGHTS = 'weights' as const;

/**
 * A checkpoint as its network and, where they lie in files of their own, its weights; each with the digest of its files.
 */
export function partsOf(entry: ManifestCheckpoint): {
  network: CheckpointPart;
  weights: CheckpointPart | null;
} {
  const { label, model } = entry;
  if (model === undefined) return { network: entry, weights: null };
  const network = { label, digest: checkpointDigest(model.format, model.files), model };
  if (model.weights === undefined) return { network, weights: null };
  const { path, files } = model.weights;
  return {
    network,
    weights: { label, digest: checkpointDigest(WEIGHTS, files), model: { path, files } },
  };
}

/** How a network is opened with the weights at `path`. */
export function weightsOptions(path: string, { inside, prefix, turned }: ManifestWeights): WeightsOptions {
  return {
    path,
    ...(inside !== undefined && { inside }),
    ...(prefix !== undefined && { prefix }),
    ...(turned !== undefined && { turned }),
  };
}

/** A checkpoint on this machine, to be opened. */
export interface OpenedFiles extends Pick<OpenOptions, 'weights'> {
  readonly path: string;
}
