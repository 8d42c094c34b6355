import { buffer } from 'node:stream/consumers';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { UnreadableModelError, UnsupportedFormatError } from '../errors.js';
import type { FileBeside } from '../files/file-beside.js';
import { PickleOpaque, readPickle } from './pickle.js';
import { tensorSets, scalarsOf } from './state-dicts.js';
import { TorchKnown, type TorchTensor } from './torch-values.js';
import { BYTES, refuseBeyond, type WeightFile, type WeightTensor } from './weight-tensor.js';

/** Names and shapes; the numbers lie in entries of their own. */
const MOST_PICKLE_BYTES = 64 << 20;
const MOST_ENTRIES = 200_000;
const STORED = 0;

/**
 * The tensors of a file that `torch.save` wrote (a zip, since PyTorch 1.6). Nothing of it is run: its pickle is read as
 * data. Throws UnreadableModelError, UnsupportedFormatError.
 */
export async function readTorch(path: string, file: FileBeside): Promise<WeightFile> {
  const archive = await TorchArchive.open(path, file);
  try {
    const known = new TorchKnown();
    const root = await archive.root(known);
    const sets = new Map<string, Map<string, WeightTensor>>();
    for (const [place, tensors] of tensorSets(root)) {
      const found = new Map<string, WeightTensor>();
      for (const [name, tensor] of tensors) {
        const at = await archive.tensor(name, tensor);
        if (at !== null) found.set(name, at);
      }
      if (found.size > 0) sets.set(place, found);
    }
    if (sets.size === 0) refuseModule(path, root);
    return { path, files: [file], sets, scalars: scalarsOf(root), opaque: [...known.opaque].sort() };
  } finally {
    archive.close();
  }
}

/** Numbers and texts in a file that torch.save wrote, which need hold no tensor. Throws as readTorch does. */
export async function readTorchScalars(
  path: string,
  file: FileBeside,
): Promise<Readonly<Record<string, number | string | boolean>>> {
  const archive = await TorchArchive.open(path, file);
  try {
    return scalarsOf(await archive.root(new TorchKnown()));
  } finally {
    archive.close();
  }
}

class TorchArchive {
  readonly #starts = new Map<string, Promise<number>>();

  private constructor(
    private readonly path: string,
    private readonly file: FileBeside,
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    /** The folder inside the archive that all entries are in. */
    private readonly folder: string,
  ) {}

  static async open(path: string, file: FileBeside): Promise<TorchArchive> {
    const refuse = (cause: unknown): never => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UnreadableModelError(`${path}: expected a file of torch.save: ${reason}`, { cause });
    };
    const zip = await openPromise(file.path, { autoClose: false, lazyEntries: true }).catch(refuse);
    try {
      if (zip.entryCount > MOST_ENTRIES) refuse(`it says that it holds ${zip.entryCount} entries`);
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) {
        if (entries.has(entry.fileName)) refuse(`it holds two entries called '${entry.fileName}'`);
        entries.set(entry.fileName, entry);
      }
      const pickle = [...entries.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name));
      if (pickle === undefined) return refuse('its archive holds no data.pkl');
      const folder = pickle.slice(0, -'data.pkl'.length);
      if (entries.has(`${folder}constants.pkl`)) {
        throw new UnsupportedFormatError(
          `${path}: holds a TorchScript program; save its weights: python -c "import torch; torch.save(torch.jit.load('${path}', map_location='cpu').state_dict(), 'weights.pt')"`,
        );
      }
      const archive = new TorchArchive(path, file, zip, entries, folder);
      await archive.refuseBigEndian();
      return archive;
    } catch (error) {
      zip.close();
      if (error instanceof UnreadableModelError || error instanceof UnsupportedFormatError) throw error;
      return refuse(error);
    }
  }

  async root(known: TorchKnown): Promise<unknown> {
    const bytes = await this.read('data.pkl', MOST_PICKLE_BYTES);
    try {
      return readPickle(bytes, known);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UnreadableModelError(`${this.path}: expected a pickle in data.pkl, found ${reason}`, {
        cause,
      });
    }
  }

  /** Where a tensor lies; null where its numbers are of a type that no network here has. */
  async tensor(
    name: string,
    { storage, type, offset, shape, strides }: TorchTensor,
  ): Promise<WeightTensor | null> {
    if (type === undefined) return null;
    const entry = this.entry(`data/${storage.key}`);
    const before = offset * BYTES[type];
    const tensor = { type, shape, strides, file: this.file, offset: (await this.start(entry)) + before };
    const said = storage.type === undefined ? entry.uncompressedSize : storage.elements * BYTES[storage.type];
    refuseBeyond(this.path, name, tensor, Math.min(said, entry.uncompressedSize) - before);
    return tensor;
  }

  close(): void {
    this.zip.close();
  }

  private async refuseBigEndian(): Promise<void> {
    if (!this.entries.has(`${this.folder}byteorder`)) return;
    const order = (await this.read('byteorder', 16)).toString();
    if (order !== 'little')
      throw new UnreadableModelError(
        `${this.path}: expected numbers with the little end first, found '${order}'`,
      );
  }

  private async read(name: string, most: number): Promise<Buffer> {
    const entry = this.entry(name);
    if (entry.uncompressedSize > most)
      throw new UnreadableModelError(
        `${this.path}: expected at most ${most} bytes in ${name}, found ${entry.uncompressedSize}`,
      );
    return await buffer(await this.zip.openReadStreamPromise(entry));
  }

  /** An entry whose bytes lie in the file as they are: torch.save packs none. */
  private entry(name: string): Entry {
    const entry = this.entries.get(`${this.folder}${name}`);
    if (entry === undefined)
      throw new UnreadableModelError(`${this.path}: its archive holds no ${name}; is the file complete?`);
    const end = entry.relativeOffsetOfLocalHeader + entry.compressedSize;
    if (entry.compressionMethod !== STORED || entry.isEncrypted())
      throw new UnreadableModelError(
        `${this.path}: expected ${name} as torch.save stores it, found it packed; save it anew: ${resave(this.path)}`,
      );
    if (entry.compressedSize !== entry.uncompressedSize || end > this.file.bytes)
      throw new UnreadableModelError(`${this.path}: its ${name} reaches beyond the file; is it complete?`);
    return entry;
  }

  private start(entry: Entry): Promise<number> {
    let start = this.#starts.get(entry.fileName);
    if (start === undefined) {
      start = this.zip.readLocalFileHeaderPromise(entry, { minimal: true }).then(({ fileDataStart }) => {
        if (fileDataStart + entry.uncompressedSize <= this.file.bytes) return fileDataStart;
        throw new UnreadableModelError(
          `${this.path}: its ${entry.fileName} reaches beyond the file; is it complete?`,
        );
      });
      this.#starts.set(entry.fileName, start);
    }
    return start;
  }
}

/** The line that saves the weights of a file which PyTorch alone can read. */
export function resave(path: string): string {
  return `python -c "import torch; torch.save(torch.load('${path}', map_location='cpu', weights_only=True), 'weights.pt')"`;
}

function refuseModule(path: string, root: unknown): never {
  if (root instanceof PickleOpaque) {
    throw new UnsupportedFormatError(
      `${path}: holds a whole module, which only its own code can read; save its weights: python -c "import torch; torch.save(torch.load('${path}', map_location='cpu', weights_only=False).state_dict(), 'weights.pt')", where its code can be imported`,
    );
  }
  throw new UnreadableModelError(`${path}: expected tensors by name (a state_dict), found none`);
}
