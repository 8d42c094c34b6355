import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import type { ManifestCheckpoint, ManifestFile } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { InputChangedError } from './errors.js';

/** Where a task finds checkpoints, images and local activation files: where they were resolved, or in the store. */
export type InputsFrom = 'local' | 'store';

/** The store's key of an input: its bytes have this SHA-256. */
export function inputKey(sha256: string): string {
  return `inputs/${sha256}`;
}

const PIECE_BYTES = 8 << 20;
const DEFAULT_LIMIT = 8 * 2 ** 30;

/**
 * Checkpoints of a store as files of this machine, since the libraries that open them want files: a folder a
 * checkpoint, named by its digest, shared by the threads and processes of one user. Those used longest ago are removed
 * when all together exceed the limit; a model that is open does not need its files any more.
 */
export class CheckpointFolder {
  readonly #store: ObjectStore;
  readonly #root: string;
  readonly #limit: number;

  constructor(store: ObjectStore, root: string = defaultRoot(), limit: number = DEFAULT_LIMIT) {
    this.#store = store;
    this.#root = root;
    this.#limit = limit;
  }

  /** Path of the file to open; its files lie beside it. */
  async path(checkpoint: ManifestCheckpoint): Promise<string> {
    const files = checkpoint.model?.files ?? [];
    const [entry] = files;
    if (entry === undefined) throw new RangeError(`checkpoint ${checkpoint.label} has no files`);
    const folder = join(this.#root, checkpoint.digest);
    if (!(await isThere(folder))) await this.#fetch(folder, files);
    const now = new Date();
    await utimes(folder, now, now).catch(() => undefined);
    return join(folder, entry.name);
  }

  /** Forgets a checkpoint whose files are damaged, so that it is fetched again. */
  async forget(checkpoint: ManifestCheckpoint): Promise<void> {
    await rm(join(this.#root, checkpoint.digest), { recursive: true, force: true });
  }

  async #fetch(folder: string, files: readonly ManifestFile[]): Promise<void> {
    const partial = join(this.#root, `partial-${randomUUID()}`);
    await mkdir(partial, { recursive: true, mode: 0o700 });
    try {
      await this.#makeRoom(files.reduce((sum, { bytes }) => sum + bytes, 0));
      for (const file of files) await fetchInput(this.#store, file, inside(partial, file.name));
      await rename(partial, folder).catch(async (error: unknown) => {
        if (!(await isThere(folder))) throw error; // else another thread was faster
      });
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  }

  async #makeRoom(needed: number): Promise<void> {
    const kept: { path: string; bytes: number; usedAt: number }[] = [];
    for (const name of await readdir(this.#root)) {
      if (name.startsWith('partial-')) continue;
      const path = join(this.#root, name);
      const found = await stat(path).catch(() => null);
      if (found !== null) kept.push({ path, bytes: await folderBytes(path), usedAt: found.mtimeMs });
    }
    let bytes = kept.reduce((sum, folder) => sum + folder.bytes, needed);
    for (const folder of kept.sort((a, b) => a.usedAt - b.usedAt)) {
      if (bytes <= this.#limit) return;
      await rm(folder.path, { recursive: true, force: true });
      bytes -= folder.bytes;
    }
  }
}

/** Reads an input by pieces into a file, its digest checked. */
async function fetchInput(store: ObjectStore, { sha256, name }: ManifestFile, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const reader = await store.open(inputKey(sha256));
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
  const found = hash.digest('hex');
  if (found !== sha256) {
    throw new InputChangedError(
      `${store.uri}/${inputKey(sha256)} (${name}): expected its name to be its SHA-256, found ${found}; delete it and run the sweep again`,
    );
  }
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
  return (await stat(path).catch(() => null)) !== null;
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function defaultRoot(): string {
  return process.env['UNITSCOPE_CACHE'] ?? join(tmpdir(), `unitscope-${userInfo().uid}`, 'checkpoints');
}
