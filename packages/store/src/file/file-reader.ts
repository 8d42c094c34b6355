import type { FileHandle } from 'node:fs/promises';
import type { ObjectReader } from '../object-store.js';
import { ObjectRangeError } from '../store-errors.js';

/** Reads ranges of an open file. A replaced object goes on being read as it was when opened. */
export class FileReader implements ObjectReader {
  readonly name: string;
  readonly size: number;
  readonly #handle: FileHandle;

  constructor(name: string, size: number, handle: FileHandle) {
    this.name = name;
    this.size = size;
    this.#handle = handle;
  }

  async readInto(target: Uint8Array, position: number): Promise<void> {
    if (!Number.isSafeInteger(position) || position < 0 || position + target.length > this.size) {
      throw new ObjectRangeError(
        `expected a range within ${this.size} bytes, found ${target.length} bytes at ${position} [${this.name}]`,
      );
    }
    for (let filled = 0; filled < target.length;) {
      const { bytesRead } = await this.#handle.read(
        target,
        filled,
        target.length - filled,
        position + filled,
      );
      if (bytesRead === 0) {
        throw new ObjectRangeError(
          `expected ${this.size} bytes, found the end at ${position + filled} [${this.name}]`,
        );
      }
      filled += bytesRead;
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
