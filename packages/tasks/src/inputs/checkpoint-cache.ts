import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, readdir, rename, rm, statfs, utimes, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { isPartial, partialName, stalePartials } from './cache/partial-folder.js';
import { CacheFolderError, CacheFullError, CacheUnusableError } from '../errors.js';
import { systemReason } from '@unitscope/base';

/** A file in it says that a folder is a cache of ours: what lies in a folder without one is of someone else. */
const MARKER = '.unitscope-cache';
const FOLDER = 'unitscope-checkpoints';
const CONTENT = /^[0-9a-f]{64}$/;
const FULL = new Set(['ENOSPC', 'EDQUOT']);
const REMEDY = 'remove it, or choose another folder by UNITSCOPE_CACHE';

/**
 * Folders by digest in a folder of this user alone, below the one that UNITSCOPE_CACHE names. Looks at what is there by
 * `lstat`, follows no link, and removes only what has a name of its own, is a folder and belongs to this user.
 */
export class CheckpointCache {
  readonly #parent: string;
  readonly #folder: string;
  readonly #limit: number;
  #opened: Promise<void> | null = null;

  constructor(parent: string | undefined, limit: number) {
    this.#parent = (parent ?? process.env['UNITSCOPE_CACHE']) || ownTemporaryFolder();
    this.#folder = join(this.#parent, FOLDER);
    this.#limit = limit;
  }

  /** Where the content with this digest lies, or would. Throws RangeError for what is no digest. */
  pathOf(digest: string): string {
    if (CONTENT.test(digest)) return join(this.#folder, digest);
    throw new RangeError(`expected a SHA-256, found ${JSON.stringify(digest)}`);
  }

  /** The folder itself, which is this user's alone: for what else is held beside the contents. */
  async folder(): Promise<string> {
    await this.#open();
    return this.#folder;
  }

  /** Whether the content is there; it counts as used now. */
  async has(digest: string): Promise<boolean> {
    await this.#open();
    const path = this.pathOf(digest);
    if (!isOwnFolder(await lstat(path).catch(() => null))) return false;
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return true;
  }

  /** A new folder to be filled, which `keep` or `drop` takes. */
  async begin(): Promise<string> {
    await this.#open();
    const partial = join(this.#folder, partialName());
    await mkdir(partial, { mode: 0o700 });
    return partial;
  }

  async keep(partial: string, digest: string): Promise<void> {
    const path = this.pathOf(digest);
    await rename(partial, path).catch(async (error: unknown) => {
      if (!(await this.has(digest))) throw error;
      await this.drop(partial); // another thread was faster
    });
  }

  async drop(partial: string): Promise<void> {
    await rm(partial, { recursive: true, force: true });
  }

  /** Forgets content that is damaged. */
  async forget(digest: string): Promise<void> {
    if (await this.has(digest)) await rm(this.pathOf(digest), { recursive: true, force: true });
  }

  /** Removes what fetches left that did not end, with their process; answers how many. `ownToo`: see stalePartials. */
  async removePartials(options: { readonly ownToo?: boolean } = {}): Promise<number> {
    await this.#open();
    let count = 0;
    for (const name of await stalePartials(this.#folder, options)) {
      const path = join(this.#folder, name);
      if (!isOwnFolder(await lstat(path).catch(() => null))) continue;
      await this.drop(path);
      count++;
    }
    return count;
  }

  /** Runs what reads or writes here: an error of the system is the cache's. */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { code = '', syscall } = error as NodeJS.ErrnoException;
      if (!(error instanceof Error) || syscall === undefined) throw error;
      const reason = `${systemReason(error)} (${code})`;
      if (FULL.has(code)) throw this.#full(reason, error);
      throw new CacheUnusableError(
        `the folder for fetched checkpoints cannot be used: ${reason}; mend it, or choose another by UNITSCOPE_CACHE ` +
          `[folder=${this.#folder}]`,
        { cause: error },
      );
    }
  }

  /**
   * Removes those used longest ago until `needed` bytes fit the limit and the disk; what other fetches have brought so far
   * counts. Throws CacheFullError where the disk has no room.
   */
  async makeRoom(needed: number): Promise<void> {
    await this.removePartials();
    let partial = 0;
    const kept: { path: string; bytes: number; usedAt: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const found = await lstat(path).catch(() => null);
      if (!isOwnFolder(found)) continue;
      if (CONTENT.test(name)) kept.push({ path, bytes: await folderBytes(path), usedAt: found.mtimeMs });
      else if (isPartial(name)) partial += await folderBytes(path);
    }
    let bytes = kept.reduce((sum, folder) => sum + folder.bytes, needed + partial);
    for (const folder of kept.sort((a, b) => a.usedAt - b.usedAt)) {
      if (bytes <= this.#limit && (await this.#free()) >= needed) return;
      await rm(folder.path, { recursive: true, force: true });
      bytes -= folder.bytes;
    }
    const free = await this.#free();
    if (free < needed) throw this.#full(`it needs ${megabytes(needed)}, ${megabytes(free)} are free`);
  }

  async #free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  #full(why: string, cause?: Error): CacheFullError {
    return new CacheFullError(
      `no room for a checkpoint in the folder for fetched checkpoints: ${why}; make room on its disk, or choose another ` +
        `by UNITSCOPE_CACHE [folder=${this.#folder}]`,
      ...(cause === undefined ? [] : [{ cause }]),
    );
  }

  #open(): Promise<void> {
    this.#opened ??= this.#prepare().catch((error: unknown) => {
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async #prepare(): Promise<void> {
    if (this.#parent === ownTemporaryFolder()) await makePrivate(this.#parent);
    else await mkdir(this.#parent, { recursive: true, mode: 0o700 });
    if ((await lstat(this.#folder).catch(() => null)) === null) await makeMarked(this.#folder);
    const found = await lstat(this.#folder);
    if (!isOwnFolder(found)) throw strange(this.#folder, 'a folder of this user', found);
    const marker = await lstat(join(this.#folder, MARKER)).catch(() => null);
    if (marker?.isFile() !== true || !isOwn(marker)) {
      throw new CacheFolderError(
        `${this.#folder}: expected a cache of unitscope, which has a file ${MARKER}, found a folder without it; ${REMEDY}`,
      );
    }
    await chmod(this.#folder, 0o700);
  }
}

/** Made aside and renamed, so that nobody ever finds it without its marker. */
async function makeMarked(folder: string): Promise<void> {
  const partial = join(dirname(folder), `.${FOLDER}-${randomUUID()}`);
  await mkdir(partial, { mode: 0o700 });
  await writeFile(join(partial, MARKER), 'checkpoints that unitscope fetched; it removes them itself\n', {
    flag: 'wx',
  });
  // Another thread may have been faster.
  await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
}

/** In a folder that all may write to, another user may have taken the name. */
async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (!isOwnFolder(found)) throw strange(folder, 'a folder of this user', found);
  if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

function strange(folder: string, expected: string, found: Stats): CacheFolderError {
  const what = found.isSymbolicLink()
    ? 'a symbolic link'
    : found.isDirectory()
      ? `one of the user ${found.uid}`
      : 'a file';
  return new CacheFolderError(`${folder}: expected ${expected}, found ${what}; ${REMEDY}`);
}

function isOwnFolder(found: Stats | null): found is Stats {
  return found?.isDirectory() === true && isOwn(found);
}

function isOwn({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (name) => (await lstat(join(folder, name)).catch(() => null))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function ownTemporaryFolder(): string {
  return join(tmpdir(), `unitscope-${userInfo().uid}`);
}
