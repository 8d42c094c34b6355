import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ByteSink } from '@unitscope/tables';
import { OutputError } from './errors.js';

/** A file that appears whole or not at all: written beside its place, then renamed into it. */
export class OutputFile implements ByteSink {
  readonly #path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
  }

  /** Throws OutputError where the file cannot be made. */
  static async create(path: string): Promise<OutputFile> {
    const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}.tmp`);
    try {
      return new OutputFile(path, temporary, await open(temporary, 'w'));
    } catch (cause) {
      throw new OutputError(`${path} cannot be written: ${reason(cause)}`, { cause });
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.byteLength) done += (await this.#handle.write(bytes, done)).bytesWritten;
  }

  async commit(): Promise<void> {
    await this.#handle.close();
    try {
      await rename(this.#temporary, this.#path);
    } catch (cause) {
      await rm(this.#temporary, { force: true });
      throw new OutputError(`${this.#path} cannot be written: ${reason(cause)}`, { cause });
    }
  }

  async abort(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#temporary, { force: true });
  }
}

function reason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: 'its folder does not exist',
    ENOTDIR: 'a part of its path is not a folder',
    EISDIR: 'it is a folder',
    EACCES: 'no permission',
    EPERM: 'no permission',
    EROFS: 'the file system is read-only',
  };
  return reasons[code ?? ''] ?? message;
}
