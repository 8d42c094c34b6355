import { createHash } from 'node:crypto';
import {
  ObjectNotFoundError,
  type ListedObject,
  type ObjectInfo,
  type ObjectReader,
  type ObjectStore,
  type ObjectWriter,
} from '@unitscope/store';

/** A store in memory, for work whose results nobody keeps: the calibration of `plan`, which writes nothing. */
export class ScratchStore implements ObjectStore {
  readonly uri = 'memory:';
  readonly #objects = new Map<string, Uint8Array>();

  clear(): void {
    this.#objects.clear();
  }

  put(key: string, bytes: Uint8Array): Promise<ObjectInfo> {
    this.#objects.set(key, bytes.slice());
    return Promise.resolve(infoOf(key, bytes));
  }

  async create(key: string, bytes: Uint8Array): Promise<ObjectInfo | undefined> {
    return this.#objects.has(key) ? undefined : await this.put(key, bytes);
  }

  createWriter(key: string): Promise<ObjectWriter> {
    const chunks: Uint8Array[] = [];
    return Promise.resolve({
      write: (chunk) => {
        chunks.push(chunk.slice());
        return Promise.resolve();
      },
      commit: () => this.put(key, Buffer.concat(chunks)),
      abort: () => Promise.resolve(),
    });
  }

  get(key: string): Promise<Uint8Array> {
    return Promise.resolve(this.#bytes(key));
  }

  verify(key: string): Promise<boolean> {
    this.#bytes(key);
    return Promise.resolve(true);
  }

  open(key: string): Promise<ObjectReader> {
    const bytes = this.#bytes(key);
    return Promise.resolve({
      name: key,
      size: bytes.length,
      readInto: (target: Uint8Array, position: number) => {
        target.set(bytes.subarray(position, position + target.length));
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  }

  head(key: string): Promise<ObjectInfo | undefined> {
    const bytes = this.#objects.get(key);
    return Promise.resolve(bytes && { key, size: bytes.length });
  }

  async *list(prefix: string): AsyncIterable<ListedObject> {
    await Promise.resolve();
    for (const [key, { length }] of this.#objects) if (key.startsWith(prefix)) yield { key, size: length };
  }

  delete(key: string): Promise<void> {
    this.#objects.delete(key);
    return Promise.resolve();
  }

  removeAbandonedWrites(): Promise<number> {
    return Promise.resolve(0);
  }

  #bytes(key: string): Uint8Array {
    const bytes = this.#objects.get(key);
    if (bytes === undefined) throw new ObjectNotFoundError(this.uri, key);
    return bytes;
  }
}

function infoOf(key: string, bytes: Uint8Array): ObjectInfo {
  return { key, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
