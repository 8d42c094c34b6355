import {
  fileVersion,
  isWeightFile,
  modelFiles,
  onTheCpu,
  entryDigest,
  openModel,
  providersOf,
  weightFiles,
  writtenSince,
  type FileVersions,
  type Layer,
  type Model,
  type ModelFormat,
  type OpenOptions,
} from '@unitscope/models';
import {
  checkpointDigest,
  type Cell,
  type Manifest,
  type ManifestCheckpoint,
  type ManifestFile,
  type ManifestModel,
  type ModelsManifest,
} from '@unitscope/plan';
import { InputError } from '@unitscope/base';
import { InputChangedError, WeightsError } from '../errors.js';
import { fileDigest } from '@unitscope/process';
import { refuseDifference } from '../sweeps/proof/refuse-other.js';
import { isRemote } from '../inputs/remote-objects.js';
import type { CheckpointFolder, InputsFrom } from '../inputs/stored-inputs.js';
import { partsOf, WEIGHTS, weightsOptions, type CheckpointPart } from '../inputs/weights/checkpoint-parts.js';

/** Holds the checkpoint that was used last: tasks of one checkpoint come one after another. */
export class ModelCache {
  readonly #manifest: Manifest;
  readonly #folder: CheckpointFolder;
  readonly #inputs: InputsFrom;
  #open: { checkpoint: number; model: Model } | null = null;

  /** With inputs from the store, and where they were found on S3, checkpoints come by the folder. */
  constructor(manifest: Manifest, folder: CheckpointFolder, inputs: InputsFrom) {
    this.#manifest = manifest;
    this.#folder = folder;
    this.#inputs = inputs;
  }

  async model(checkpoint: number): Promise<Model> {
    if (this.#open?.checkpoint === checkpoint) return this.#open.model;
    await this.close();
    const entry = this.#entry(checkpoint);
    const model = await this.#openEntry(entry, entry.model);
    this.#open = { checkpoint, model };
    return model;
  }

  /** Opens a checkpoint once more, without execution providers but the CPU; the caller closes it. */
  async onTheCpu(checkpoint: number): Promise<Model> {
    const entry = this.#entry(checkpoint);
    return await this.#openEntry(entry, { ...entry.model, backend: onTheCpu(entry.model.backend) });
  }

  #entry(checkpoint: number): ManifestCheckpoint & { readonly model: ManifestModel } {
    const entry = this.#manifest.checkpoints[checkpoint];
    if (entry?.model === undefined) throw new RangeError(`checkpoint ${checkpoint} has no model`);
    return { ...entry, model: entry.model };
  }

  async close(): Promise<void> {
    await this.#open?.model.dispose();
    this.#open = null;
  }

  async #openEntry(entry: ManifestCheckpoint, model: ManifestModel): Promise<Model> {
    const folder = this.#folder;
    const { source, sweep } = this.#manifest;
    const options = source.kind === 'models' ? openOptions(source, model) : {};
    const parts = partsOf(entry);
    const open = async (): Promise<Model> => {
      const path = await this.#place(parts.network);
      if (parts.weights === null || model.weights === undefined)
        return await openUnchanged(sweep, path, [[path, parts.network.digest]], model, options);
      const place = await this.#place(parts.weights);
      const unchanged = [
        [path, parts.network.digest],
        [place, parts.weights.digest],
      ] as const;
      return await openUnchanged(sweep, path, unchanged, model, {
        ...options,
        weights: weightsOptions(place, model.weights),
      });
    };
    const fetched = [parts.network, parts.weights].filter((part) => part !== null && !this.#isLocal(part));
    if (fetched.length === 0) return await open();
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      // Damaged on this disk, or removed to make room just now; what the store has may be good.
      for (const part of fetched) if (part !== null) await folder.forget(part);
      return await open();
    }
  }

  #isLocal({ model }: CheckpointPart): boolean {
    return this.#inputs === 'local' && model !== undefined && !isRemote(model.path);
  }

  async #place(part: CheckpointPart): Promise<string> {
    return this.#isLocal(part) && part.model !== undefined ? part.model.path : await this.#folder.path(part);
  }
}

/** How the checkpoints of an architecture are opened. */
function openOptions(source: ModelsManifest, { layerSet }: ManifestModel): OpenOptions {
  const [height, width] = source.layerSets[layerSet]?.inputSize ?? [];
  return {
    tap: source.tap ?? 'after-activation',
    ...(height !== undefined && width !== undefined && { inputSize: { height, width } }),
  };
}

async function openUnchanged(
  sweep: string,
  path: string,
  files: readonly (readonly [path: string, digest: string])[],
  { format, backend }: ManifestModel,
  given: OpenOptions,
): Promise<Model> {
  const looked: FileVersions[] = [];
  for (const [place, digest] of files) looked.push(await unchangedFiles(place, digest));
  // Its outputs were checked when it was resolved.
  const options = {
    ...given,
    backend: backendName(format, backend),
    providers: providersOf(backend),
    checkOutputs: false,
  };
  const model = await openModel(path, options);
  try {
    // A training that writes over its file may have done so between the two readings.
    for (const versions of looked) {
      const written = await writtenSince(versions);
      if (written !== null) throw changed(written);
    }
    refuseDifference(sweep, [['tensor backend', backend, model.backend]]);
    await refuseDiverged(path, model);
    return model;
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** The backend's option from its identity, `tfjs-backend-wasm 4.22.0` → wasm. */
function backendName(format: string, backend: string): 'onnxruntime' | 'tfjs-node' | 'wasm' {
  if (format === 'onnx') return 'onnxruntime';
  return backend.startsWith('tfjs-node') ? 'tfjs-node' : 'wasm';
}

/** The files of a checkpoint, or of weights, with their digests; `versions`: as they were before they were read. */
export async function digestedFiles(path: string): Promise<{
  format: ModelFormat | typeof WEIGHTS;
  files: readonly ManifestFile[];
  versions: FileVersions;
}> {
  const { format, files } = isWeightFile(path)
    ? { format: WEIGHTS, files: await weightFiles(path) }
    : await modelFiles(path);
  const digested: ManifestFile[] = [];
  const versions = new Map<string, string>();
  for (const file of files) {
    versions.set(file.path, await fileVersion(file.path));
    const isEntry = format !== WEIGHTS && file === files[0];
    const digest = isEntry ? await entryDigest(file.path) : await fileDigest(file.path);
    digested.push({ name: file.name, ...digest });
  }
  return { format, files: digested, versions };
}

/** Throws InputChangedError where the files of a checkpoint are no longer what they were. */
export async function refuseChanged(path: string, digest: string): Promise<void> {
  await unchangedFiles(path, digest);
}

/** Files that were digested, by path and digest: thousands of checkpoints share a graph. */
const unchanged = new Map<string, FileVersions>();
const MOST_UNCHANGED = 64;

/** The files of a checkpoint, in the version in which they have this digest. Throws InputChangedError. */
async function unchangedFiles(path: string, digest: string): Promise<FileVersions> {
  const key = `${digest} ${path}`;
  const known = unchanged.get(key);
  if (known !== undefined && (await writtenSince(known)) === null) return known;
  const { format, files, versions } = await digestedFiles(path);
  if (checkpointDigest(format, files) !== digest) throw changed(path);
  if (unchanged.size >= MOST_UNCHANGED) unchanged.clear();
  unchanged.set(key, versions);
  return versions;
}

function changed(path: string): InputChangedError {
  return new InputChangedError(
    `${path}: the checkpoint has changed since the sweep was resolved; run the sweep again`,
  );
}

/** A ReLU may turn NaN into 0: a training that diverged would read as units that are silent. */
async function refuseDiverged(path: string, model: Model): Promise<void> {
  for (const layer of model.layers) {
    const norms = await model.l1Norms(layer);
    const unit = norms?.findIndex((norm) => !Number.isFinite(norm)) ?? -1;
    if (unit >= 0) {
      throw new WeightsError(
        `${path}: layer "${layer.name}", kernel of unit ${unit}: expected finite weights, found NaN or infinity; did the training diverge?`,
      );
    }
  }
}

/** The model's layers of these cells. Throws InputChangedError where the model has other layers than the manifest says. */
export function layersOf(model: Model, path: string, cells: readonly Cell[]): Layer[] {
  return cells.map((cell) => {
    const layer = model.layers.find(({ name }) => name === cell.layer);
    const [height, width] = cell.croppedFrom ?? [cell.size, cell.size];
    const same = layer?.height === height && layer.width === width && layer.units === cell.units;
    if (same && layer.tap === cell.tap) return layer;
    throw new InputChangedError(
      `${path}: expected the layer "${cell.layer ?? ''}" with ${cell.units ?? 0} units of ${height}×${width} maps ` +
        `as in the checkpoint that was looked at first, found ${layer === undefined ? 'none' : `${layer.units} units of ${layer.height}×${layer.width}`}; ` +
        `give checkpoints of another architecture a sweep of their own`,
    );
  });
}
