import { createHash } from 'node:crypto';
import { constants, lstatSync } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { keySegments } from '../object-key.js';
import type { ListedObject, ObjectInfo, ObjectReader, ObjectStore, ObjectWriter } from '../object-store.js';
import { DigestMismatchError, ObjectKeyError, ObjectNotFoundError, StoreUriError } from '../store-errors.js';
import { DigestLedger, type FileStamp } from './digest-ledger.js';
import { errnoOf, storeError, withStoreErrors } from './errno.js';
import { FileReader } from './file-reader.js';
import {
  claim,
  removeIfThere,
  replace,
  TEMPORARY_NAME,
  TemporaryFile,
  type FinishedFile,
} from './file-writer.js';
import { foldersIn, walkObjects } from './object-tree.js';
import { refuseLinks } from './plain-folder.js';

const VERIFY_CHUNK = 1 << 20;

/** Opens a folder as a store; it need not be there yet. Throws StoreUriError where it is a file. */
export async function openFileStore(folder: string): Promise<ObjectStore> {
  const uri = pathToFileURL(folder).href;
  const isFolder = await withStoreErrors(uri, '', async () => {
    try {
      return (await stat(folder)).isDirectory();
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return true;
      if (errnoOf(error) === 'ENOTDIR') return false;
      throw error;
    }
  });
  if (!isFolder) throw new StoreUriError(`store ${uri}: expected a folder, found a file in its way`);
  return new FileStore(folder, uri);
}

/** The store on one machine's file system: an object is a plain file at its key below the root. */
class FileStore implements ObjectStore {
  readonly uri: string;
  readonly #root: string;
  readonly #temporary: string;
  readonly #ledger: DigestLedger;
  readonly #safeFolders = new Set<string>();

  constructor(root: string, uri: string) {
    this.uri = uri;
    this.#root = root;
    this.#temporary = path.join(root, '.tmp');
    this.#ledger = new DigestLedger(path.join(root, '.sha256'));
  }

  async put(key: string, bytes: Uint8Array): Promise<ObjectInfo> {
    const writer = await this.createWriter(key);
    try {
      await writer.write(bytes);
      return await writer.commit();
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  async create(key: string, bytes: Uint8Array): Promise<ObjectInfo | undefined> {
    const target = this.#pathOf(key);
    return withStoreErrors(this.uri, key, async () => {
      const file = await TemporaryFile.open(this.#temporary);
      try {
        await file.write(bytes);
        const finished = await file.finish();
        const created = await this.#publish(target, key, finished, claim);
        return created ? infoOf(key, finished) : undefined;
      } catch (error) {
        await file.discard();
        throw error;
      }
    });
  }

  async createWriter(key: string): Promise<ObjectWriter> {
    const target = this.#pathOf(key);
    return withStoreErrors(this.uri, key, async () => {
      const file = await TemporaryFile.open(this.#temporary);
      return {
        write: (chunk) => withStoreErrors(this.uri, key, () => file.write(chunk)),
        commit: () =>
          withStoreErrors(this.uri, key, async () => {
            const finished = await file.finish();
            await this.#publish(target, key, finished, replace);
            return infoOf(key, finished);
          }),
        abort: () => withStoreErrors(this.uri, key, () => file.discard()),
      };
    });
  }

  async get(key: string): Promise<Uint8Array> {
    return this.#withFile(key, async (handle, stamp) => {
      const bytes = await handle.readFile();
      await this.#check(key, stamp, createHash('sha256').update(bytes).digest('hex'));
      return bytes;
    });
  }

  async verify(key: string): Promise<boolean> {
    return this.#withFile(key, async (handle, stamp) => {
      const hash = createHash('sha256');
      const chunk = new Uint8Array(VERIFY_CHUNK);
      for (;;) {
        const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
        if (bytesRead === 0) break;
        hash.update(chunk.subarray(0, bytesRead));
      }
      return this.#check(key, stamp, hash.digest('hex'));
    });
  }

  async open(key: string): Promise<ObjectReader> {
    const target = this.#pathOf(key);
    return withStoreErrors(this.uri, key, async () => {
      const { handle, stamp } = await this.#openFile(key);
      return new FileReader(pathToFileURL(target).href, Number(stamp.size), handle);
    });
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    const target = this.#pathOf(key);
    return withStoreErrors(this.uri, key, async () => {
      const stamp = await stat(target, { bigint: true }).catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
        throw error;
      });
      if (stamp?.isFile() !== true || !(await this.#isInside(target))) return undefined;
      const sha256 = await this.#ledger.digestOf(key, stamp);
      const info = { key, size: Number(stamp.size) };
      return sha256 === undefined ? info : { ...info, sha256 };
    });
  }

  async *list(prefix: string): AsyncGenerator<ListedObject> {
    // The folders of the prefix are checked like a key; its last segment may be any beginning of a name.
    const folders = prefix.split('/').slice(0, -1).join('/');
    if (folders !== '') keySegments(folders);
    try {
      yield* walkObjects(this.#root, prefix);
    } catch (error) {
      throw storeError(this.uri, prefix, error);
    }
  }

  async *folders(folder: string): AsyncGenerator<string> {
    if (folder !== '') keySegments(folder.slice(0, -1));
    try {
      yield* await foldersIn(this.#root, folder);
    } catch (error) {
      throw storeError(this.uri, folder, error);
    }
  }

  async delete(key: string): Promise<void> {
    const target = this.#pathOf(key);
    return withStoreErrors(this.uri, key, async () => {
      await refuseLinks(this.#root, path.dirname(target));
      if (await removeIfThere(target)) await this.#ledger.recordDeletion(key);
    });
  }

  async own(keys: readonly string[]): Promise<ReadonlySet<string>> {
    for (const key of keys) keySegments(key);
    return withStoreErrors(this.uri, '.sha256', () => this.#ledger.known(keys));
  }

  async removeAbandonedWrites(minAgeMs: number): Promise<number> {
    return withStoreErrors(this.uri, '.tmp', async () => {
      let removed = 0;
      await refuseLinks(this.#root, this.#temporary);
      for (const name of await namesIn(this.#temporary)) {
        const file = path.join(this.#temporary, name);
        // A living writer's file is younger: each write moves its time.
        const found = lstatSync(file, { throwIfNoEntry: false });
        if (found?.isFile() !== true || !TEMPORARY_NAME.test(name) || !isOwn(found)) continue;
        if (Date.now() - found.mtimeMs < minAgeMs) continue;
        if (await removeIfThere(file)) removed++;
      }
      return removed;
    });
  }

  #pathOf(key: string): string {
    return path.join(this.#root, ...keySegments(key));
  }

  #withFile<T>(key: string, work: (handle: FileHandle, stamp: FileStamp) => Promise<T>): Promise<T> {
    return withStoreErrors(this.uri, key, async () => {
      const { handle, stamp } = await this.#openFile(key);
      try {
        return await work(handle, stamp);
      } finally {
        await handle.close();
      }
    });
  }

  async #openFile(key: string): Promise<{ handle: FileHandle; stamp: FileStamp }> {
    // A pipe is not waited for: it is no object.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    if (!(await this.#isInside(this.#pathOf(key)))) throw new ObjectNotFoundError(this.uri, key);
    const handle = await open(this.#pathOf(key), flags).catch((cause: unknown) => {
      if (errnoOf(cause) === 'ENOTDIR') throw new ObjectNotFoundError(this.uri, key, { cause });
      throw cause;
    });
    const stats = await handle.stat({ bigint: true });
    if (stats.isFile()) return { handle, stamp: stats };
    await handle.close();
    throw new ObjectNotFoundError(this.uri, key);
  }

  /** Whether links, if it is reached by any, do not leave the root: what lies elsewhere is no object. Of what is not there: true. */
  async #isInside(target: string): Promise<boolean> {
    const folder = path.dirname(target);
    if (!this.#safeFolders.has(folder)) {
      const real = await realpath(folder).catch(() => null);
      if (real === null) return true;
      if (!(await this.#holds(real))) return false;
      this.#safeFolders.add(folder);
    }
    const found = await lstat(target).catch(() => null);
    if (found?.isSymbolicLink() !== true) return true;
    const real = await realpath(target).catch(() => null);
    return real === null || (await this.#holds(real));
  }

  async #holds(real: string): Promise<boolean> {
    const root = await realpath(this.#root);
    return real === root || real.startsWith(root + path.sep);
  }

  /** The last steps: the object's folder is there and inside the root, its digest is known, it appears. */
  async #publish<T>(
    target: string,
    key: string,
    finished: FinishedFile,
    move: (finished: FinishedFile, target: string) => Promise<T>,
  ): Promise<T> {
    await this.#makeFolder(path.dirname(target), key);
    await this.#ledger.record(key, finished.sha256, finished.stamp);
    try {
      return await move(finished, target);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      // Someone removed the folder since this store made it.
      this.#safeFolders.clear();
      await this.#makeFolder(path.dirname(target), key);
      return await move(finished, target);
    }
  }

  /** Makes the folder of an object, but never through a symbolic link that leaves the root. */
  async #makeFolder(folder: string, key: string): Promise<void> {
    if (this.#safeFolders.has(folder)) return;
    if (folder !== this.#root) await this.#makeFolder(path.dirname(folder), key);
    await mkdir(folder, { recursive: folder === this.#root }).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
    const real = await realpath(folder);
    if (!(await this.#holds(real))) {
      throw new ObjectKeyError(
        `object key ${JSON.stringify(key)}: expected a folder inside the store, ` +
          `found a symbolic link that leaves it [store=${this.uri}]`,
      );
    }
    this.#safeFolders.add(folder);
  }

  async #check(key: string, stamp: FileStamp, found: string): Promise<boolean> {
    const acceptable = await this.#ledger.acceptable(key, stamp);
    const [expected] = acceptable;
    if (expected === undefined) return false;
    if (!acceptable.includes(found)) throw new DigestMismatchError(this.uri, key, expected, found);
    return true;
  }
}

function infoOf(key: string, { sha256, stamp }: FinishedFile): ObjectInfo {
  return { key, size: Number(stamp.size), sha256 };
}

/** Whether a file belongs to the user that this process runs as. */
function isOwn({ uid }: { readonly uid: number }): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
