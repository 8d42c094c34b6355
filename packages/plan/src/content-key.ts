import { canonicalJson } from '@unitscope/base';
import type { Cell } from './cells.js';
import type {
  FileIdentity,
  Manifest,
  ManifestCheckpoint,
  ManifestFile,
  ManifestImage,
  ModelsManifest,
} from './manifest.js';
import { sha256, sha256After } from './sha256.js';
import { contentObject } from './store-folders.js';

// A content key is the SHA-256 of all that determines an object's bytes and of nothing else: no label, no
// spec digest, no program version. So an object made by one sweep serves every other.

/** The digest of a checkpoint: of its files' names and digests. */
export function checkpointDigest(format: string, files: readonly ManifestFile[]): string {
  const parts = files.map(({ name, sha256: digest }) => ({ name, digest }));
  return sha256(canonicalJson({ format, files: parts }));
}

/** The digest of a checkpoint that is known by its files of activations or measurements alone. */
export function activationsDigest(identities: readonly FileIdentity[]): string {
  return sha256(canonicalJson(identities.map((identity) => ({ ...identity }))));
}

/** Digests over the canonical JSON of what determines feature maps. */
interface ActivationsDigests {
  /** Of that alone. */
  readonly content: string;
  /** Of it and how the maps are compressed. */
  readonly kept: string;
}

function activationsDigests(manifest: Manifest, cell: Cell): ActivationsDigests {
  const { compression } = manifest;
  // Compression changes the bytes of the maps, and nothing that is measured on them.
  const wrapped = compression && `,"compression":${canonicalJson(compression)},"object":"compressed"}`;
  if (cell.files !== undefined) {
    const files = canonicalJson(cell.files.map(({ identity }) => ({ ...identity })));
    const content = sha256(files);
    return { content, kept: wrapped ? sha256(`${WRAPPING}${files}${wrapped}`) : content };
  }
  if (cell.measurements !== undefined) {
    const files = cell.measurements.map(({ identity }) => ({ ...identity }));
    const { layer, layerIndex, category } = cell;
    const content = sha256(canonicalJson({ object: 'measurements', files, layer, layerIndex, category }));
    return { content, kept: content };
  }
  const source = manifest.source as ModelsManifest;
  const checkpoint = manifest.checkpoints[cell.checkpoint] as ManifestCheckpoint;
  const inputSize = source.layerSets[checkpoint.model?.layerSet ?? -1]?.inputSize;
  const beginning = heldBeginning(source, checkpoint, cell);
  const rest = `${ofLayer(manifest.semantics, source, cell, inputSize)}${canonicalJson(checkpoint.digest)}}`;
  const content = beginning.content(rest);
  return { content, kept: wrapped ? beginning.kept(`${rest}${wrapped}`) : content };
}

/** Of each source, by what else the cells of a layer share. */
const layerTexts = new WeakMap<object, Map<string, string>>();
const MOST_TEXTS = 4096;

/** The canonical members between the images and the weights, which are the last: the same for all checkpoints. */
function ofLayer(
  semantics: number,
  source: ModelsManifest,
  cell: Cell,
  inputSize: readonly number[] | undefined,
): string {
  const key = `${semantics} ${JSON.stringify(inputSize)} ${cell.tap ?? ''} ${cell.layer ?? ''}`;
  let texts = layerTexts.get(source);
  if (texts === undefined || texts.size >= MOST_TEXTS)
    layerTexts.set(source, (texts = new Map<string, string>()));
  let text = texts.get(key);
  if (text === undefined) {
    const members = canonicalJson({
      object: 'activations',
      semantics,
      preprocess: source.preprocess,
      layer: cell.layer ?? '',
      tap: cell.tap ?? '',
      ...(inputSize && { inputSize }),
    });
    text = `,${members.slice(1, -1)},"weights":`;
    texts.set(key, text);
  }
  return text;
}

const WRAPPING = '{"activations":';

interface Beginning {
  content(rest: string): string;
  kept(rest: string): string;
}

/** Of each list of images, by what else stands before the rest. */
const beginnings = new WeakMap<readonly ManifestImage[], Map<string, Beginning>>();
const NO_IMAGES: readonly ManifestImage[] = [];

/**
 * The state after the members up to `images`, which are first in canonical order. It is the same for all layers and
 * checkpoints of a category, and most of what is hashed: so it is hashed once.
 */
function heldBeginning(source: ModelsManifest, checkpoint: ManifestCheckpoint, cell: Cell): Beginning {
  const images = cell.images ?? NO_IMAGES;
  const backend = checkpoint.model?.backend ?? '';
  const batchSize = batchSizeOf(source, checkpoint);
  const key = `${batchSize} ${JSON.stringify(cell.croppedFrom)} ${source.imageLibrary.length} ${source.imageLibrary}${backend}`;
  let held = beginnings.get(images);
  if (held === undefined) beginnings.set(images, (held = new Map<string, Beginning>()));
  let beginning = held.get(key);
  if (beginning === undefined) {
    const before = canonicalJson({
      backend,
      batchSize,
      imageLibrary: source.imageLibrary,
      ...(cell.croppedFrom && { centredSquareOf: cell.croppedFrom }),
    });
    const digests = images.map(({ sha256: digest, encoding }) => ({ digest, encoding }));
    const text = `${before.slice(0, -1)},"images":${canonicalJson(digests)}`;
    beginning = { content: sha256After(text), kept: sha256After(WRAPPING + text) };
    held.set(key, beginning);
  }
  return beginning;
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

/** Of cells that are asked for again: by their looking, their provenance, their reading. */
const known = new WeakMap<Cell, { readonly manifest: Manifest; readonly keys: CellKeys }>();

/** The store's keys of one cell's objects. */
export function cellKeys(manifest: Manifest, cell: Cell): CellKeys {
  // Cells of files live as long as the manifest, and are cheap.
  if (cell.images === undefined) return computeKeys(manifest, cell);
  const found = known.get(cell);
  if (found?.manifest === manifest) return found.keys;
  const keys = computeKeys(manifest, cell);
  known.set(cell, { manifest, keys });
  return keys;
}

function computeKeys(manifest: Manifest, cell: Cell): CellKeys {
  const { content, kept } = activationsDigests(manifest, cell);
  let births: string | null = null;
  return {
    activations: cell.images !== undefined ? contentObject('activations', kept) : null,
    units: measuredKey(manifest, content, 'units'),
    // Few sweeps keep them.
    get births() {
      return (births ??= measuredKey(manifest, content, 'births'));
    },
  };
}

/** Of the object of this kind that is measured on feature maps. */
function measuredKey(
  { semantics, density }: Pick<Manifest, 'semantics' | 'density'>,
  activations: string,
  object: 'units' | 'births',
): string {
  // Canonical JSON: a digest of hexadecimal digits, and finite numbers.
  const text = `{"activations":"${activations}","density":${density},"object":"${object}","semantics":${semantics}}`;
  return contentObject(object, sha256(text));
}
