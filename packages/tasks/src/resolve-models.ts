import {
  checkpointDigest,
  type ManifestCheckpoint,
  type ManifestFile,
  type ModelsManifest,
  type ModelsSource,
} from '@unitscope/plan';
import { imageLibraryId, parsePreprocess, preprocessJson } from '@unitscope/datasets';
import { backendId, modelFiles, type ModelFormat } from '@unitscope/models';
import { fileDigest } from './file-digest.js';
import { findCheckpoints, type FoundCheckpoint } from './find-checkpoints.js';
import { inOrder } from './in-order.js';
import { LayerSets } from './layer-sets.js';
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
      backend: await backendId(format, source.backend, source.platform),
      layerSet: await layerSets.of(local, format),
    },
  };
}
