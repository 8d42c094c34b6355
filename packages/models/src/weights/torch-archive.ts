import { UnreadableModelError, UnsupportedFormatError } from '../errors.js';
import type { FileBeside } from '../files/file-beside.js';
import { readPickle } from './pickle.js';
import { PickleGlobal, PickleOpaque } from './pickle-values.js';
import { tensorSets, scalarsOf } from './state-dicts.js';
import { StoredZip, type ZipKind } from './stored-zip.js';
import { TorchKnown, TorchTensor } from './torch-values.js';
import { BYTES, refuseBeyond, type WeightFile, type WeightTensor } from './weight-tensor.js';

/** Names and shapes; the numbers lie in entries of their own. */
const MOST_PICKLE_BYTES = 64 << 20;
const KIND: ZipKind = { what: 'a file of torch.save', packed: (path) => `save it anew: ${resave(path)}` };

/**
 * The tensors of a file that `torch.save` wrote (a zip, since PyTorch 1.6). Nothing of it is run: its pickle is read as
 * data. Throws UnreadableModelError, UnsupportedFormatError.
 */
export async function readTorch(path: string, file: FileBeside): Promise<WeightFile> {
  return await withArchive(path, file, async (archive) => {
    const known = new TorchKnown();
    const root = await archive.root(known);
    const sets = new Map<string, Map<string, WeightTensor>>();
    const unread = new Map<string, Map<string, string>>();
    for (const [place, values] of tensorSets(root)) {
      const found = new Map<string, WeightTensor>();
      const others = new Map<string, string>();
      for (const [name, value] of values) {
        const tensor = value instanceof TorchTensor ? await archive.tensor(name, value) : null;
        if (tensor !== null) found.set(name, tensor);
        else others.set(name, whatIs(value));
      }
      if (found.size > 0) sets.set(place, found);
      if (others.size > 0) unread.set(place, others);
    }
    if (sets.size === 0) refuseNothing(path, root, unread);
    return { path, files: [file], sets, unread, scalars: scalarsOf(root), opaque: [...known.opaque].sort() };
  });
}

/** Numbers and texts in a file that torch.save wrote, which need hold no tensor. Throws as readTorch does. */
export async function readTorchScalars(
  path: string,
  file: FileBeside,
): Promise<Readonly<Record<string, number | string | boolean>>> {
  return await withArchive(path, file, async (archive) => scalarsOf(await archive.root(new TorchKnown())));
}

async function withArchive<T>(
  path: string,
  file: FileBeside,
  use: (archive: TorchArchive) => Promise<T>,
): Promise<T> {
  return await StoredZip.with(path, file, KIND, async (zip) => {
    const pickle = zip.names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (pickle === undefined)
      throw new UnreadableModelError(`${path}: expected ${KIND.what}: its archive holds no data.pkl`);
    const folder = pickle.slice(0, -'data.pkl'.length);
    if (zip.has(`${folder}constants.pkl`)) {
      throw new UnsupportedFormatError(
        `${path}: holds a TorchScript program; save its weights: python -c "import torch; torch.save(torch.jit.load('${path}', map_location='cpu').state_dict(), 'weights.pt')"`,
      );
    }
    await refuseBigEndian(path, zip, folder);
    return await use(new TorchArchive(path, file, zip, folder));
  });
}

async function refuseBigEndian(path: string, zip: StoredZip, folder: string): Promise<void> {
  if (!zip.has(`${folder}byteorder`)) return;
  const order = (await zip.read(`${folder}byteorder`, 16)).toString();
  if (order !== 'little')
    throw new UnreadableModelError(`${path}: expected numbers with the little end first, found '${order}'`);
}

class TorchArchive {
  constructor(
    private readonly path: string,
    private readonly file: FileBeside,
    private readonly zip: StoredZip,
    /** The folder inside the archive that all entries are in. */
    private readonly folder: string,
  ) {}

  async root(known: TorchKnown): Promise<unknown> {
    const bytes = await this.zip.read(`${this.folder}data.pkl`, MOST_PICKLE_BYTES);
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
    const entry = `${this.folder}data/${storage.key}`;
    const before = offset * BYTES[type];
    const bytes = this.zip.bytes(entry);
    const start = await this.zip.start(entry);
    const tensor = { type, shape, strides, file: this.file, offset: start + before };
    const said = storage.type === undefined ? bytes : storage.elements * BYTES[storage.type];
    refuseBeyond(this.path, name, tensor, Math.min(said, bytes) - before);
    return tensor;
  }
}

/** The line that saves the weights of a file which PyTorch alone can read. */
export function resave(path: string): string {
  return `python -c "import torch; torch.save(torch.load('${path}', map_location='cpu', weights_only=True), 'weights.pt')"`;
}

/** What stands in the place of a tensor and is none that can be read. */
function whatIs(value: TorchTensor | PickleOpaque): string {
  if (value instanceof TorchTensor) return `numbers of type ${value.typeName}, which are not read`;
  return value.callable instanceof PickleGlobal
    ? `what ${value.callable.path} would make; it was not called`
    : 'no tensor that can be read';
}

function refuseNothing(
  path: string,
  root: unknown,
  unread: ReadonlyMap<string, ReadonlyMap<string, string>>,
): never {
  if (isModule(root)) {
    throw new UnsupportedFormatError(
      `${path}: holds a whole module, which only its own code can read; save its weights where that code can be imported and you trust the file, since loading it runs what it names: python -c "import torch; torch.save(torch.load('${path}', map_location='cpu', weights_only=False).state_dict(), 'weights.pt')"`,
    );
  }
  const [first] = [...unread.values()].flatMap((values) => [...values]);
  const found =
    root instanceof PickleOpaque ? whatIs(root) : first === undefined ? 'none' : `'${first[0]}', ${first[1]}`;
  throw new UnreadableModelError(`${path}: expected tensors by name (a state_dict), found ${found}`);
}

/** Whether it is what torch.save makes of a module: an object with parts of the names that every module has. */
function isModule(root: unknown): boolean {
  return root instanceof PickleOpaque && root.state instanceof Map && root.state.has('_parameters');
}
