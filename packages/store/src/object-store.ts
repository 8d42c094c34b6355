/** A named object; `sha256` (lowercase hex) where the store knows it. */
export interface ObjectInfo {
  readonly key: string;
  readonly size: number;
  readonly sha256?: string;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  /** The server's own mark of this version of the object, where it has one. */
  readonly etag?: string;
  /** When it was written, in milliseconds since 1970 by the store's clock, which may not be this machine's. */
  readonly modified: number;
}

/** An open object, read by ranges. `readInto` fills `target` whole; ranges carry no digest of their own. */
export interface ObjectReader {
  readonly name: string;
  readonly size: number;
  /** The server's own mark of the version that is read, where it has one. */
  readonly etag?: string | undefined;
  /** Where the store told it when the object was opened; `head` always tells what is known. */
  readonly sha256?: string | undefined;
  readInto(target: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}

/** A streamed write: nothing is visible before `commit`. Await each call before the next. */
export interface ObjectWriter {
  write(chunk: Uint8Array): Promise<void>;
  commit(): Promise<ObjectInfo>;
  abort(): Promise<void>;
}

/**
 * Objects by key. Keys are '/'-separated; make segments of labels with labelSegment. Writes appear whole or
 * not at all, a second writer of the same key is harmless, and every object carries a SHA-256.
 */
export interface ObjectStore {
  readonly uri: string;
  put(key: string, bytes: Uint8Array): Promise<ObjectInfo>;
  /** Puts only where there is no such object yet: undefined where there is one. One of many racers wins. */
  create(key: string, bytes: Uint8Array): Promise<ObjectInfo | undefined>;
  createWriter(key: string): Promise<ObjectWriter>;
  /** The whole object, its digest checked. Throws ObjectNotFoundError, DigestMismatchError. */
  get(key: string): Promise<Uint8Array>;
  /** Reads it whole and checks the digest; false: none is known. Throws as get does. */
  verify(key: string): Promise<boolean>;
  open(key: string): Promise<ObjectReader>;
  head(key: string): Promise<ObjectInfo | undefined>;
  /** Objects whose key starts with the prefix, in the byte order of their keys. */
  list(prefix: string): AsyncIterable<ListedObject>;
  /** Names of the folders directly in a folder, whose key ends in '/' ('' is the store's own): one request a page. */
  folders(folder: string): AsyncIterable<string>;
  /** An object that is not there is no error. */
  delete(key: string): Promise<void>;
  /** Which of these objects a store wrote, rather than someone else who put a file there. */
  own(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Clears what writers that died more than `minAgeMs` ago left behind; returns how many. Where others may write under the
   * same prefix, `isOurs` says of which keys.
   */
  removeAbandonedWrites(minAgeMs: number, isOurs?: (key: string) => boolean): Promise<number>;
}
