import { canonicalJson, type Json } from './canonical-json.js';
import type { Cell } from './cells.js';
import type { FileIdentity, Manifest, ManifestCheckpoint, ManifestFile, ModelsManifest } from './manifest.js';
import { sha256 } from './sha256.js';

// A content key is the SHA-256 of all that determines an object's bytes and of nothing else: no label, no
// spec digest, no program version. So an object made by one sweep serves every other.

/** The digest of a checkpoint: of its files' names and digests. */
export function checkpointDigest(format: string, files: readonly ManifestFile[]): string {
  const parts = files.map(({ name, sha256: digest }) => ({ name, digest }));
  return sha256(canonicalJson({ format, files: parts }));
}

/** The digest of a checkpoint that is known by its activation files alone. */
export function activationsDigest(identities: readonly FileIdentity[]): string {
  return sha256(canonicalJson(identities.map((identity) => ({ ...identity }))));
}

function activationsContent(manifest: Manifest, cell: Cell): Json {
  if (cell.files !== undefined) return cell.files.map(({ identity }) => ({ ...identity }));
  const source = manifest.source as ModelsManifest;
  const checkpoint = manifest.checkpoints[cell.checkpoint] as ManifestCheckpoint;
  const inputSize = source.layerSets[checkpoint.model?.layerSet ?? -1]?.inputSize;
  return {
    object: 'activations',
    semantics: manifest.semantics,
    weights: checkpoint.digest,
    images: cell.images?.map(({ sha256: digest, encoding }) => ({ digest, encoding })) ?? [],
    preprocess: source.preprocess,
    imageLibrary: source.imageLibrary,
    batchSize: batchSizeOf(source, checkpoint),
    backend: checkpoint.model?.backend ?? '',
    layer: cell.layer ?? '',
    tap: cell.tap ?? '',
    ...(inputSize && { inputSize }),
    ...(cell.croppedFrom && { centredSquareOf: cell.croppedFrom }),
  };
}

/** Images a forward pass of this checkpoint takes: part of what its floats are. */
export function batchSizeOf(source: ModelsManifest, checkpoint: ManifestCheckpoint | undefined): number {
  const set = checkpoint?.model?.layerSet;
  return (set === undefined ? undefined : source.layerSets[set]?.batchSize) ?? 1;
}

export interface CellKeys {
  /** Object of the feature maps, where they are kept; null where they were made elsewhere. */
  readonly activations: string | null;
  readonly units: string;
  readonly births: string;
}

/** The store's keys of one cell's objects. */
export function cellKeys(manifest: Manifest, cell: Cell): CellKeys {
  const activations = activationsContent(manifest, cell);
  const content = sha256(canonicalJson(activations));
  // Compression changes the bytes of the maps, and nothing that is measured on them.
  const { compression } = manifest;
  const kept =
    compression === undefined
      ? content
      : sha256(canonicalJson({ object: 'compressed', activations, compression }));
  const measured = (object: string): string =>
    sha256(
      canonicalJson({
        object,
        semantics: manifest.semantics,
        activations: content,
        density: manifest.density,
      }),
    );
  return {
    activations: cell.files === undefined ? `activations/${kept}.arrow` : null,
    units: `units/${measured('units')}.arrow`,
    births: `births/${measured('births')}.arrow`,
  };
}
