import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { contentPrefix } from '@unitscope/plan';
import { fileBeside } from '@unitscope/models';
import type { ManifestFile, ModelsManifest, ManifestWork } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { eachLimited } from '@unitscope/base';
import { InputChangedError } from '../errors.js';
import { LocalImages } from './image-bytes.js';
import { isRemote } from './remote-objects.js';
import { inputKey } from './stored-inputs.js';

const PIECE_BYTES = 1 << 20;

export interface UploadOptions {
  /** Inputs that travel at once. Default 8. */
  readonly concurrency?: number;
  /** Called after each input that was looked at. */
  readonly onProgress?: (progress: UploadedInputs & { readonly total: number }) => void;
}

export interface UploadedInputs {
  /** Inputs that were sent, and their bytes. */
  readonly objects: number;
  readonly bytes: number;
  /** Inputs that were in the store already. */
  readonly present: number;
}

interface Input {
  readonly sha256: string;
  readonly send: (store: ObjectStore) => Promise<number>;
}

/**
 * Copies to the store what a sweep's tasks read from this machine (files of checkpoints, images, local activation
 * files), each once at `inputs/<sha256>`. What is there already is not sent again. Throws InputChangedError where
 * an input is no longer what it was when the sweep was resolved.
 */
export async function uploadInputs(
  manifest: ManifestWork,
  store: ObjectStore,
  { concurrency = 8, onProgress }: UploadOptions = {},
): Promise<UploadedInputs> {
  const inputs = inputsOf(manifest);
  // One list for all, as asking for each of 100,000 images would take minutes.
  const there = new Set<string>();
  if (inputs.size > 0) for await (const { key } of store.list(contentPrefix('inputs'))) there.add(key);
  const uploaded = { objects: 0, bytes: 0, present: 0 };
  await eachLimited(inputs.values(), concurrency, async ({ sha256, send }) => {
    if (there.has(inputKey(sha256))) {
      uploaded.present++;
    } else {
      uploaded.bytes += await send(store);
      uploaded.objects++;
    }
    onProgress?.({ ...uploaded, total: inputs.size });
  });
  return uploaded;
}

/** The digests of all inputs that a manifest's tasks find at `inputs/<sha256>`, where they were uploaded. */
export function inputDigests(manifest: ManifestWork): Iterable<string> {
  return inputsOf(manifest).keys();
}

function inputsOf(manifest: ManifestWork): Map<string, Input> {
  const inputs = new Map<string, Input>();
  const addFile = (file: ManifestFile, place: () => Promise<string>): void => {
    inputs.set(file.sha256, {
      sha256: file.sha256,
      send: async (store) => sendFile(store, file, await place()),
    });
  };
  for (const { model } of manifest.checkpoints) {
    for (const part of model === undefined
      ? []
      : [model, ...(model.weights === undefined ? [] : [model.weights])]) {
      if (isRemote(part.path)) continue;
      for (const [index, file] of part.files.entries()) {
        const place = async () => (index === 0 ? part.path : (await fileBeside(part.path, file.name)).path);
        addFile(file, place);
      }
    }
  }
  const { source } = manifest;
  if (source.kind === 'models') return addImages(inputs, source);
  for (const { files } of source.cells) {
    for (const { location, identity, bytes } of files) {
      if (isRemote(location) || !('sha256' in identity)) continue;
      addFile({ name: location, sha256: identity.sha256, bytes }, () => Promise.resolve(location));
    }
  }
  return inputs;
}

function addImages(inputs: Map<string, Input>, source: ModelsManifest): Map<string, Input> {
  const local = new LocalImages(source);
  for (const { label: category, images } of source.categories) {
    for (const image of images) {
      const { sha256, label } = image;
      const send = async (store: ObjectStore): Promise<number> => {
        const bytes = await local.bytes(category, image);
        if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== sha256) {
          throw changed(`image ${category}/${label}`);
        }
        await store.put(inputKey(sha256), bytes);
        return bytes.byteLength;
      };
      inputs.set(sha256, { sha256, send });
    }
  }
  return inputs;
}

async function sendFile(store: ObjectStore, { sha256 }: ManifestFile, path: string): Promise<number> {
  const writer = await store.createWriter(inputKey(sha256));
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of createReadStream(path, {
      highWaterMark: PIECE_BYTES,
    }) as AsyncIterable<Buffer>) {
      hash.update(piece);
      bytes += piece.byteLength;
      await writer.write(piece);
    }
    if (hash.digest('hex') !== sha256) throw changed(path);
    await writer.commit();
    return bytes;
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

function changed(input: string): InputChangedError {
  return new InputChangedError(`${input} has changed since the sweep was resolved; run the sweep again`);
}
