import { randomBytes } from 'node:crypto';
import { lstat, open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OutputError, OutputFailedError } from './output-errors.js';
import { systemReason } from '@unitscope/base';

/** A file that appears whole or not at all: written beside its place, then renamed into it. */
export class OutputFile {
  readonly #path: string;
  readonly #target: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;

  private constructor(path: string, target: string, temporary: string, handle: FileHandle) {
    this.#path = path;
    this.#target = target;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** Writes it whole. Throws as `create` and `write` do. */
  static async put(path: string, bytes: Uint8Array): Promise<void> {
    const file = await OutputFile.create(path);
    try {
      await file.write(bytes);
      await file.commit();
    } catch (error) {
      await file.abort();
      throw error;
    }
  }

  /** Throws OutputError where the file cannot be made, or where something else than a file has its name. */
  static async create(path: string): Promise<OutputFile> {
    try {
      const target = await placeOf(path);
      const name = `.${basename(target).slice(0, 60)}.${randomBytes(6).toString('hex')}.tmp`;
      const temporary = join(dirname(target), name);
      return new OutputFile(path, target, temporary, await open(temporary, 'wx'));
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }

  /** Throws OutputFailedError where the disk takes no more. */
  async write(bytes: Uint8Array): Promise<void> {
    let done = 0;
    try {
      while (done < bytes.byteLength) done += (await this.#handle.write(bytes, done)).bytesWritten;
    } catch (cause) {
      throw new OutputFailedError(`${this.#path} could not be written whole: ${systemReason(cause)}`, {
        cause,
      });
    }
  }

  async commit(): Promise<void> {
    try {
      await this.#handle.close();
      await rename(this.#temporary, this.#target);
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
  }

  async abort(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }
}

/** Where an output lands: through links, as any other program would write it. Two names of one place give one path. */
export async function placeOf(path: string): Promise<string> {
  if (path === '') throw new OutputError('the name of an output is empty');
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() === true)
    throw new OutputError(`${path}: expected the name of a file, found a folder`);
  // Renaming onto a device or a pipe would put a file in its place.
  if (info !== null && !info.isFile())
    throw new OutputError(`${path}: expected the name of a file, found a device or a pipe`);
  if (info !== null) return realpath(path);
  if ((await lstat(path).catch(() => null)) !== null)
    throw new OutputError(`${path}: expected the name of a file, found a link that leads nowhere`);
  if (path.endsWith('/'))
    throw new OutputError(`${path}: expected the name of a file, found that of a folder`);
  return join(await realpath(dirname(path)), basename(path));
}

function unwritable(path: string, cause: unknown): OutputError {
  if (cause instanceof OutputError) return cause;
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  const reason = missing ? 'its folder does not exist' : systemReason(cause);
  return new OutputError(`${path} cannot be written: ${reason}`, { cause });
}
