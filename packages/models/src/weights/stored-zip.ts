import { buffer } from 'node:stream/consumers';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { UnreadableModelError, UnsupportedFormatError } from '../errors.js';
import type { FileBeside } from '../files/file-beside.js';

const MOST_ENTRIES = 200_000;
const STORED = 0;

/** How messages speak of a kind of archive. */
export interface ZipKind {
  /** `a file of torch.save`. */
  readonly what: string;
  /** Of entries that are packed, which ranges cannot be read of. */
  readonly packed: (path: string) => string;
}

/** A zip whose entries lie in the file as they are, so that ranges of them can be read. Nothing of it is unpacked. */
export class StoredZip {
  readonly #starts = new Map<string, Promise<number>>();

  private constructor(
    private readonly path: string,
    private readonly file: FileBeside,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly kind: ZipKind,
  ) {}

  /** Throws UnreadableModelError, and what `use` throws; the archive is closed after it. */
  static async with<T>(
    path: string,
    file: FileBeside,
    kind: ZipKind,
    use: (zip: StoredZip) => Promise<T>,
  ): Promise<T> {
    const refuse = (cause: unknown): never => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UnreadableModelError(`${path}: expected ${kind.what}: ${reason}`, { cause });
    };
    const zip = await openPromise(file.path, { autoClose: false, lazyEntries: true }).catch(refuse);
    try {
      if (zip.entryCount > MOST_ENTRIES) refuse(`it says that it holds ${zip.entryCount} entries`);
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) {
        if (entries.has(entry.fileName)) refuse(`it holds two entries called '${entry.fileName}'`);
        entries.set(entry.fileName, entry);
      }
      return await use(new StoredZip(path, file, zip, entries, kind));
    } catch (error) {
      if (error instanceof UnreadableModelError || error instanceof UnsupportedFormatError) throw error;
      return refuse(error);
    } finally {
      zip.close();
    }
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** Bytes of an entry. Throws UnreadableModelError. */
  bytes(name: string): number {
    return this.#entry(name).uncompressedSize;
  }

  /** The whole of an entry of at most so many bytes. Throws UnreadableModelError. */
  async read(name: string, most: number): Promise<Buffer> {
    const entry = this.#entry(name);
    if (entry.uncompressedSize > most)
      throw new UnreadableModelError(
        `${this.path}: expected at most ${most} bytes in ${shortName(name)}, found ${entry.uncompressedSize}`,
      );
    return await buffer(await this.zip.openReadStreamPromise(entry));
  }

  /** Where in the file the bytes of an entry begin. Throws UnreadableModelError. */
  start(name: string): Promise<number> {
    const entry = this.#entry(name);
    let start = this.#starts.get(name);
    if (start === undefined) {
      start = this.zip.readLocalFileHeaderPromise(entry, { minimal: true }).then(({ fileDataStart }) => {
        if (fileDataStart + entry.uncompressedSize <= this.file.bytes) return fileDataStart;
        throw new UnreadableModelError(`${this.path}: its ${name} reaches beyond the file; is it complete?`);
      });
      this.#starts.set(name, start);
    }
    return start;
  }

  #entry(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry === undefined)
      throw new UnreadableModelError(
        `${this.path}: its archive holds no ${shortName(name)}; is the file complete?`,
      );
    const end = entry.relativeOffsetOfLocalHeader + entry.compressedSize;
    if (entry.compressionMethod !== STORED || entry.isEncrypted())
      throw new UnreadableModelError(
        `${this.path}: expected ${shortName(name)} stored as it is, found it packed; ${this.kind.packed(this.path)}`,
      );
    if (entry.compressedSize !== entry.uncompressedSize || end > this.file.bytes)
      throw new UnreadableModelError(
        `${this.path}: its ${shortName(name)} reaches beyond the file; is it complete?`,
      );
    return entry;
  }
}

/** Without the folder that all entries of an archive of PyTorch are in. */
function shortName(name: string): string {
  return name.replace(/^[^/]+\//, '');
}
