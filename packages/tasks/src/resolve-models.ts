import {
  checkpointDigest,
  type LayerSet,
  type ManifestCheckpoint,
  type ManifestFile,
  type ModelsManifest,
  type ModelsSource,
} from '@unitscope/plan';
import { imageLibraryId, parsePreprocess, preprocessJson } from '@unitscope/datasets';
import {
  backendId,
  modelFiles,
  openModel,
  selectLayers,
  type Layer,
  type ModelFormat,
} from '@unitscope/models';
import { NothingFoundError } from './errors.js';
import { fileDigest } from './file-digest.js';
import { findCheckpoints, type FoundCheckpoint } from './find-checkpoints.js';
import { inOrder } from './in-order.js';
import { isRemote } from './remote-objects.js';
import { resolveImages } from './resolve-images.js';
import { CheckpointFolder, type AdmittedCheckpoint } from './stored-inputs.js';

interface ResolvedModels {
  readonly checkpoints: readonly ManifestCheckpoint[];
  readonly source: ModelsManifest;
}

export async function resolveModels(source: ModelsSource, folder: string): Promise<ResolvedModels> {
  const preprocessing = parsePreprocess(source.preprocess);
  const { checkpoints: found, notices } = await findCheckpoints(source, folder);
  const layerSets = new LayerSets(source);
  const checkpoints: ManifestCheckpoint[] = [];
  for await (const [checkpoint, files] of inOrder(found, LOOKS_AHEAD, filesOf))
    checkpoints.push(await resolveCheckpoint(checkpoint, files, source, layerSets));

  return {
    checkpoints,
    source: {
      kind: 'models',
      layerSets: layerSets.all,
      ...(await resolveImages(source.images, folder)),
      tap: source.tap,
      preprocess: preprocessJson(preprocessing),
      imageLibrary: await imageLibraryId(),
      ...(notices.length > 0 && { notices }),
    },
  };
}

/** Checkpoints that are fetched or hashed while one is looked at. */
const LOOKS_AHEAD = 2;

interface CheckpointFiles {
  /** Of the file to open, on this machine. */
  readonly path: string;
  readonly format: ModelFormat;
  readonly files: readonly ManifestFile[];
}

/** By location; a sweep that follows looks again and again. */
const admitted = new Map<string, AdmittedCheckpoint>();

async function filesOf({ path }: FoundCheckpoint): Promise<CheckpointFiles> {
  if (isRemote(path)) {
    const folder = new CheckpointFolder(null);
    const known = admitted.get(path);
    const checkpoint =
      known !== undefined && (await folder.isCurrent(path, known)) ? known : await folder.admit(path);
    admitted.set(path, checkpoint);
    return checkpoint;
  }
  const { format, files } = await modelFiles(path);
  const digested: ManifestFile[] = [];
  for (const file of files) digested.push({ name: file.name, ...(await fileDigest(file.path)) });
  return { path, format, files: digested };
}

async function resolveCheckpoint(
  { label, meta, path }: FoundCheckpoint,
  { format, files, path: local }: CheckpointFiles,
  source: ModelsSource,
  layerSets: LayerSets,
): Promise<ManifestCheckpoint> {
  return {
    label,
    digest: checkpointDigest(format, files),
    meta,
    model: {
      format,
      path,
      files,
      backend: await backendId(format, source.backend),
      layerSet: await layerSets.of(local, format, files),
    },
  };
}

/**
 * The layer lists of the sweep's architectures. Opening thousands of checkpoints to list the same layers would take
 * hours: files that look like one architecture are opened once, and extract checks each against its list.
 */
class LayerSets {
  readonly all: LayerSet[] = [];
  readonly #known = new Map<string, number>();
  readonly #source: ModelsSource;

  constructor(source: ModelsSource) {
    this.#source = source;
  }

  async of(path: string, format: string, files: readonly ManifestFile[]): Promise<number> {
    // The graph of a tfjs model is its model.json; an ONNX file's length stands for its graph.
    const look = files.map(({ name, sha256, bytes }) =>
      name.endsWith('.json') ? sha256 : `${name} ${bytes}`,
    );
    const key = [format, ...look].join('\n');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const set = await this.#list(path);
    const same = this.all.findIndex((other) => JSON.stringify(other) === JSON.stringify(set));
    const index = same >= 0 ? same : this.all.push(set) - 1;
    this.#known.set(key, index);
    return index;
  }

  async #list(path: string): Promise<LayerSet> {
    const model = await openModel(path, { backend: this.#source.backend, tap: this.#source.tap });
    try {
      const selected = selectLayers(model.layers, this.#source.layers).filter(({ measurable }) => measurable);
      if (selected.length === 0) {
        throw new NothingFoundError(
          `${path}: layers: ${JSON.stringify(this.#source.layers)} leaves no layer that can be measured ` +
            '(`unitscope layers MODEL` lists them, and says why one cannot)',
        );
      }
      return {
        layers: selected.map(({ name, index, tap, units, height }) => ({
          name,
          index,
          tap,
          units,
          size: height,
        })),
        unmeasured: model.layers
          .filter(({ measurable }) => !measurable)
          .map(({ name, reason }) => ({ name, reason: reason ?? 'not measurable' })),
        batchSize: this.#source.batchSize ?? fittingBatch(model.layers, this.#source.batchMemory),
      };
    } finally {
      await model.dispose();
    }
  }
}

const LARGEST_BATCH = 50;

/** Of all layers, asked for or not: so a layer's floats are the same whichever others a sweep selects. */
function fittingBatch(layers: readonly Layer[], mebibytes: number): number {
  const floats = layers.reduce((sum, { units, height, width }) => sum + units * height * width, 0);
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor((mebibytes * 2 ** 20) / (4 * Math.max(1, floats)))));
}
