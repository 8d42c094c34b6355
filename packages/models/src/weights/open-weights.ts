import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UnreadableModelError, UnsupportedFormatError } from '../errors.js';
import { fileBeside, nameBeside, readBeside, type FileBeside } from '../files/file-beside.js';
import { kerasToOnnx } from '../tfjs/keras-to-onnx.js';
import type { ModelFile } from '../files/model-files.js';
import { readNumpy } from './npz.js';
import { readSafetensors } from './safetensors.js';
import { readShards, shardNames } from './shard-index.js';
import { readTorch, readTorchScalars, resave } from './torch-archive.js';
import type { WeightFile, WeightTensor } from './weight-tensor.js';

const TORCH = /\.(pt|pth|tar|bin|ckpt)$/i;
const NUMPY = /\.npz$/i;
const INDEX = /\.index\.json$/i;
const SAFE = /\.safetensors$/i;
const ZIP = Buffer.from('PK\x03\x04', 'latin1');
const HDF5 = Buffer.from('\x89HDF\r\n', 'latin1');
const LFS = Buffer.from('version https://git-lfs', 'latin1');
/** PyTorch before 1.6 begins with a pickle of this number. */
const OLD_TORCH = Buffer.from('80028a0a6cfc9c46f9206aa850', 'hex');
const START_BYTES = 24;

/** Whether a name is that of a file of weights. */
export function isWeightFile(name: string): boolean {
  return TORCH.test(name) || NUMPY.test(name) || INDEX.test(name) || SAFE.test(name);
}

/**
 * Reads the headers of a file of weights: .safetensors, a `*.index.json` over several, what torch.save wrote (.pt, .pth,
 * .pth.tar, .bin, .ckpt), or .npz. Throws UnreadableModelError, UnsupportedFormatError.
 */
export async function openWeights(path: string): Promise<WeightFile> {
  const file = await entryFile(path);
  if (!INDEX.test(path)) return await openOne(path, file);
  const tensors = await readShards(path, file, (shard) => readTensors(path, shard));
  const shards = new Map([...tensors.values()].map((tensor) => [tensor.file.path, tensor.file]));
  return { ...plainFile(path, tensors), files: [file, ...shards.values()] };
}

/** A file by what it begins with: endings are given freely. */
async function openOne(path: string, file: FileBeside): Promise<WeightFile> {
  const [begun] = await readBeside(path, file, [{ offset: 0, length: Math.min(file.bytes, START_BYTES) }]);
  const start = Buffer.from(begun ?? []);
  const begins = (with_: Buffer): boolean => start.subarray(0, with_.length).equals(with_);
  if (begins(ZIP) && !NUMPY.test(file.name)) return await readTorch(path, file);
  if (begins(ZIP)) {
    const { tensors, unread } = await readNumpy(path, file);
    return { ...plainFile(path, tensors, unread), files: [file] };
  }
  refuseKnown(path, file, begins);
  // Its header is JSON, behind its length.
  if (SAFE.test(file.name) || start[8] === '{'.charCodeAt(0))
    return { ...plainFile(path, await readSafetensors(path, file)), files: [file] };
  throw new UnreadableModelError(
    `${path}: expected weights of torch.save, a .safetensors or an .npz file, found ${file.bytes === 0 ? 'an empty file' : 'something else'}`,
  );
}

/** Throws for files of which it is known what they are, and what makes weights of them. */
function refuseKnown(path: string, { name }: FileBeside, begins: (bytes: Buffer) => boolean): void {
  if (begins(OLD_TORCH)) {
    throw new UnsupportedFormatError(
      `${path}: was saved in the format of PyTorch before 1.6; save it anew: ${resave(path)}`,
    );
  }
  if (begins(HDF5) || /\.(h5|hdf5|keras)$/i.test(name)) {
    throw new UnsupportedFormatError(
      `${path}: weights of Keras have not the names of an ONNX graph; convert each checkpoint: ${kerasToOnnx(path, basename(path).replace(/(\.weights)?\.\w+$/, ''))}`,
    );
  }
  if (begins(LFS)) {
    throw new UnreadableModelError(
      `${path}: is a pointer of Git LFS, not the file itself; fetch it: git lfs pull`,
    );
  }
}

/** A file whose tensors lie in one set. */
function plainFile(
  path: string,
  tensors: ReadonlyMap<string, WeightTensor>,
  unread: ReadonlyMap<string, string> = new Map(),
) {
  return { path, sets: new Map([['', tensors]]), unread: new Map([['', unread]]), scalars: {}, opaque: [] };
}

/** Numbers and texts in a file of torch.save that need hold no tensor, as Hugging Face's training_args.bin; {} where it is none. */
export async function torchScalars(
  path: string,
): Promise<Readonly<Record<string, number | string | boolean>>> {
  try {
    return await readTorchScalars(path, await entryFile(path));
  } catch (error) {
    if (error instanceof UnreadableModelError || error instanceof UnsupportedFormatError) return {};
    throw error;
  }
}

/** The tensors of one shard. */
async function readTensors(path: string, file: FileBeside): Promise<ReadonlyMap<string, WeightTensor>> {
  return (await openOne(path, file)).sets.get('') ?? new Map<string, WeightTensor>();
}

async function entryFile(path: string): Promise<FileBeside> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new UnreadableModelError(`${path}: no such file of weights`, { cause });
  });
  if (!found.isFile())
    throw new UnreadableModelError(`${path}: expected a file of weights, found a folder or a device`);
  return { name: basename(path), path: await realpath(path), bytes: found.size };
}

/** A file of weights and those that it names, as modelFiles lists a checkpoint. Throws UnreadableModelError. */
export async function weightFiles(path: string): Promise<ModelFile[]> {
  const entry = await entryFile(path);
  const files: ModelFile[] = [{ name: basename(path), path }];
  for (const name of INDEX.test(path) ? await shardNames(path, entry) : [])
    files.push(await fileBeside(path, name));
  return files.map(({ name, path: found }) => ({ name, path: found }));
}

/** The names of the files beside it that a file of weights names. Throws UnreadableModelError. */
export async function weightFileNames(path: string): Promise<string[]> {
  if (!INDEX.test(path)) return [];
  return (await shardNames(path, await entryFile(path))).map((name) => nameBeside(path, name));
}
