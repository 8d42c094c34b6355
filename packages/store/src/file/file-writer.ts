import { createHash, randomUUID } from 'node:crypto';
import { link, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { FileStamp } from './digest-ledger.js';
import { errnoOf } from './errno.js';
import { makeFolder } from './make-folder.js';
import { refuseLinks } from './plain-folder.js';

export interface FinishedFile {
  readonly path: string;
  readonly sha256: string;
  readonly stamp: FileStamp;
}

/** How temporary files are called: what has another name is of someone else. */
export const TEMPORARY_NAME = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** So many bytes go to the disk while more are written, so that the last sync has little left. */
const SYNC_EVERY = 16 * 2 ** 20;

/** A file that is written and hashed out of sight, then moved to its place in one step. */
export class TemporaryFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #unsynced = 0;
  #syncing: Promise<void> | null = null;

  private constructor(filePath: string, handle: FileHandle) {
    this.#path = filePath;
    this.#handle = handle;
  }

  /** Throws StoreLinkError where the folder is a symbolic link. */
  static async open(folder: string): Promise<TemporaryFile> {
    await refuseLinks(path.dirname(folder), folder);
    const filePath = path.join(folder, randomUUID());
    try {
      return new TemporaryFile(filePath, await open(filePath, 'wx'));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      await makeFolder(folder);
      return new TemporaryFile(filePath, await open(filePath, 'wx'));
    }
  }

  async write(chunk: Uint8Array): Promise<void> {
    // Hashed here while the system takes the bytes.
    const written = this.#handle.writeFile(chunk);
    this.#hash.update(chunk);
    await written;
    this.#unsynced += chunk.byteLength;
    if (this.#unsynced < SYNC_EVERY || this.#syncing !== null) return;
    this.#unsynced = 0;
    this.#syncing = this.#handle.datasync().finally(() => (this.#syncing = null));
    // What fails fails again when the file is finished.
    this.#syncing.catch(() => undefined);
  }

  /** Brings the bytes to the disk, so that the object is whole after a power cut as well, and closes. */
  async finish(): Promise<FinishedFile> {
    await this.#syncing;
    await this.#handle.sync();
    const { size, mtimeNs, ino } = await this.#handle.stat({ bigint: true });
    await this.#handle.close();
    return { path: this.#path, sha256: this.#hash.digest('hex'), stamp: { size, mtimeNs, ino } };
  }

  async discard(): Promise<void> {
    await this.#syncing?.catch(() => undefined);
    await this.#handle.close().catch(() => undefined);
    await removeIfThere(this.#path);
  }
}

/** Moves a finished file to its target, over whatever was there. */
export async function replace(finished: FinishedFile, target: string): Promise<void> {
  await rename(finished.path, target);
}

/** Puts a finished file at its target unless something is there; says whether it did. */
export async function claim(finished: FinishedFile, target: string): Promise<boolean> {
  let claimed = true;
  try {
    await link(finished.path, target);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    claimed = false;
  }
  await removeIfThere(finished.path);
  return claimed;
}

export async function removeIfThere(filePath: string): Promise<boolean> {
  try {
    await unlink(filePath);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
