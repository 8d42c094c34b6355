import type { ManifestCheckpoint, ManifestImage } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { InputChangedError } from '../errors.js';
import { LocalImages, StoredImages, type ImageBytes } from '../inputs/image-bytes.js';
import { refuseChanged } from '../run/model-cache.js';
import { refuseStrangeServers } from '../sweeps/ownership/told-stores.js';
import { remoteAddress } from '../inputs/remote-objects.js';
import { CheckpointFolder, inputKey } from '../inputs/stored-inputs.js';
import {
  partsOf,
  weightsOptions,
  type CheckpointPart,
  type OpenedFiles,
} from '../inputs/weights/checkpoint-parts.js';

/**
 * A checkpoint of a finished sweep, as it was when the sweep was resolved: from the store where it was uploaded, else from
 * where it was found. Throws InputChangedError,
 * StoreNotToldError.
 */
export async function checkpointFiles(entry: ManifestCheckpoint, store: ObjectStore): Promise<OpenedFiles> {
  const { network, weights } = partsOf(entry);
  const path = await partPath(network, store);
  if (weights === null || entry.model?.weights === undefined) return { path };
  return { path, weights: weightsOptions(await partPath(weights, store), entry.model.weights) };
}

async function partPath(part: CheckpointPart, store: ObjectStore): Promise<string> {
  const { model, label, digest } = part;
  if (model === undefined) throw new InputChangedError(`checkpoint ${label} has activations and no model`);
  const [file] = model.files;
  const address = remoteAddress(model.path);
  if (address !== null) {
    await refuseStrangeServers([address], store.uri);
    return await new CheckpointFolder(store).path(part);
  }
  const uploaded = file !== undefined && (await store.head(inputKey(file.sha256))) !== undefined;
  const path = uploaded ? await new CheckpointFolder(store).path(part) : model.path;
  await refuseChanged(path, digest);
  return path;
}

/** The images of a finished sweep: from the store where they were uploaded, else where they were found. */
export async function imageBytes(
  source: { readonly images: Readonly<Record<string, unknown>> },
  first: ManifestImage | undefined,
  store: ObjectStore,
): Promise<ImageBytes> {
  const uploaded = first !== undefined && (await store.head(inputKey(first.sha256))) !== undefined;
  return uploaded ? new StoredImages(store) : new LocalImages(source);
}
