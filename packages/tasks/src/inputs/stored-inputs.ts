import { createHash } from 'node:crypto';
import { lstat, mkdir, open } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import {
  isWeightFile,
  namedFiles,
  UnreadableModelError,
  weightFileNames,
  type ModelFormat,
} from '@unitscope/models';
import { checkpointDigest, contentObject, type ManifestFile } from '@unitscope/plan';
import { ObjectNotFoundError, type ObjectReader, type ObjectStore } from '@unitscope/store';
import { CheckpointCache } from './checkpoint-cache.js';
import { InputChangedError } from '../errors.js';
import { WEIGHTS, type CheckpointPart } from './weights/checkpoint-parts.js';
import { besideRemote, isRemote, RemoteObjects, splitLocation } from './remote-objects.js';

/** Where a task finds checkpoints, images and local activation files: where they were resolved, or in the store. */
export type InputsFrom = 'local' | 'store';

/** The store's key of an input: its bytes have this SHA-256. */
export function inputKey(sha256: string): string {
  return contentObject('inputs', sha256);
}

const PIECE_BYTES = 8 << 20;
const DEFAULT_LIMIT = 8 * 2 ** 30;

/**
 * Checkpoints of stores as files of this machine, since the libraries that open them want files: a folder a
 * checkpoint, named by its digest, shared by the threads and processes of one user. Those used longest ago are removed
 * when all together exceed the limit; a model that is open does not need its files any more.
 */
export class CheckpointFolder {
  readonly #store: ObjectStore | null;
  readonly #remote = new RemoteObjects();
  readonly #cache: CheckpointCache;

  /** Checkpoints that were found on S3 come from there; others from the store's `inputs`, where there is one. */
  constructor(store: ObjectStore | null, parent?: string, limit: number = DEFAULT_LIMIT) {
    this.#store = store;
    this.#cache = new CheckpointCache(parent, limit);
  }

  /** Path of the file to open; its files lie beside it. */
  async path(checkpoint: CheckpointPart): Promise<string> {
    const files = checkpoint.model?.files ?? [];
    const [entry] = files;
    if (entry === undefined) throw new RangeError(`checkpoint ${checkpoint.label} has no files`);
    await this.#cache.guard(async () => {
      if (!(await this.#cache.has(checkpoint.digest))) await this.#fill(checkpoint, files);
    });
    return inside(this.#cache.pathOf(checkpoint.digest), entry.name);
  }

  async #fill(checkpoint: CheckpointPart, files: readonly ManifestFile[]): Promise<void> {
    await this.#cache.makeRoom(files.reduce((sum, { bytes }) => sum + bytes, 0));
    const partial = await this.#cache.begin();
    try {
      for (const file of files) await this.#fetch(checkpoint, file, inside(partial, file.name));
      await this.#cache.keep(partial, checkpoint.digest);
    } finally {
      await this.#cache.drop(partial);
    }
  }

  /** Fetches a checkpoint of S3 that is not known yet. Throws UnreadableModelError where a file of it is missing. */
  admit(location: string): Promise<AdmittedCheckpoint> {
    return this.#cache.guard(() => this.#admit(location));
  }

  async #admit(location: string): Promise<AdmittedCheckpoint> {
    const { path } = splitLocation(location);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const partial = await this.#cache.begin();
    const [marks, files] = [new Map<string, string>(), [] as ManifestFile[]];
    const receive = async (file: string): Promise<void> => {
      const reader = await this.#remote.open(besideRemote(location, file)).catch((error: unknown) => {
        if (!(error instanceof ObjectNotFoundError)) throw error;
        throw new UnreadableModelError(`${path}: its file ${file} is missing`, { cause: error });
      });
      marks.set(file, markOf(reader));
      await this.#cache.makeRoom(reader.size);
      files.push({
        name: file,
        sha256: await receiveFile(reader, inside(partial, file)),
        bytes: reader.size,
      });
    };
    try {
      await receive(name);
      const { format, names } = await namesOf(join(partial, name));
      for (const file of names) await receive(file);
      const digest = checkpointDigest(format, files);
      await this.#cache.keep(partial, digest);
      return { format, files, digest, path: join(this.#cache.pathOf(digest), name), marks };
    } catch (error) {
      if (error instanceof Error)
        error.message = error.message.replaceAll(`${partial}${sep}`, path.slice(0, -name.length));
      throw error;
    } finally {
      await this.#cache.drop(partial);
    }
  }

  /** Whether an admitted checkpoint is as it was, in its store and on this machine. */
  async isCurrent(location: string, { path, marks }: AdmittedCheckpoint): Promise<boolean> {
    if (!(await isThere(path))) return false;
    for (const [file, mark] of marks) {
      const reader = await this.#remote.open(besideRemote(location, file)).catch(() => null);
      await reader?.close();
      if (reader === null || markOf(reader) !== mark) return false;
    }
    return true;
  }

  /** Removes what a process before this one fetched by half; answers how many checkpoints. For a start, before any fetch. */
  static async clean(): Promise<number> {
    return await new CheckpointCache(undefined, DEFAULT_LIMIT).removePartials({ ownToo: true });
  }

  /** Forgets a checkpoint whose files are damaged, so that it is fetched again. */
  async forget(checkpoint: CheckpointPart): Promise<void> {
    await this.#cache.forget(checkpoint.digest);
  }

  /** Reads a file of a checkpoint by pieces, its digest checked. */
  async #fetch({ model }: CheckpointPart, file: ManifestFile, path: string): Promise<void> {
    const { name, sha256, bytes } = file;
    const remote = model !== undefined && isRemote(model.path);
    const place = remote ? besideRemote(model.path, name) : `${this.#store?.uri ?? ''}/${inputKey(sha256)}`;
    const reader = remote ? await this.#remote.open(place) : await this.#store?.open(inputKey(sha256));
    if (reader === undefined) throw new RangeError(`${name} is on no store`);
    const found = reader.size === bytes ? await receiveFile(reader, path) : await sized(reader);
    if (found === sha256) return;
    throw new InputChangedError(
      remote
        ? `${splitLocation(place).path} has changed since the sweep was resolved; run the sweep again`
        : `${place} (${name}): expected its name to be its SHA-256, found ${found}; delete it and run the sweep again`,
    );
  }
}

/** A checkpoint of S3 as it was found. */
export interface AdmittedCheckpoint {
  readonly format: ModelFormat | typeof WEIGHTS;
  readonly files: readonly ManifestFile[];
  readonly digest: string;
  /** Of the file to open, on this machine. */
  readonly path: string;
  /** What the store says of this version of each file. */
  readonly marks: ReadonlyMap<string, string>;
}

/** What a file that was fetched is, and the names of those that belong to it. */
async function namesOf(
  path: string,
): Promise<{ format: AdmittedCheckpoint['format']; names: readonly string[] }> {
  if (isWeightFile(path)) return { format: WEIGHTS, names: await weightFileNames(path) };
  const { format, files } = await namedFiles(path);
  return { format, names: files.slice(1).map(({ name }) => name) };
}

function markOf({ etag, size }: ObjectReader): string {
  return `${etag ?? ''} ${size}`;
}

/** What stands for the digest of an object that has another length: it is not fetched to be looked at. */
async function sized(reader: ObjectReader): Promise<string> {
  await reader.close();
  return `${reader.size} bytes`;
}

/** Writes an object to a new file; answers its SHA-256. */
async function receiveFile(reader: ObjectReader, path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx');
  const hash = createHash('sha256');
  try {
    const buffer = new Uint8Array(Math.min(reader.size, PIECE_BYTES));
    for (let position = 0; position < reader.size; position += buffer.length) {
      const piece = buffer.subarray(0, Math.min(buffer.length, reader.size - position));
      await reader.readInto(piece, position);
      hash.update(piece);
      await file.writeFile(piece);
    }
  } finally {
    await file.close();
    await reader.close();
  }
  return hash.digest('hex');
}

/** Names come from checkpoints made elsewhere: none may leave the folder. */
function inside(folder: string, name: string): string {
  const path = resolve(folder, name);
  if (path.startsWith(folder + sep)) return path;
  throw new InputChangedError(
    `checkpoint file ${JSON.stringify(name)}: expected a name inside the checkpoint's folder`,
  );
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}
