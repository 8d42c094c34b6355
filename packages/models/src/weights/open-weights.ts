import { realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UnreadableModelError, UnsupportedFormatError } from '../errors.js';
import { fileBeside, nameBeside, readBeside, type FileBeside } from '../files/file-beside.js';
import type { ModelFile } from '../model-files.js';
import { readSafetensors } from './safetensors.js';
import { readShards, shardNames } from './shard-index.js';
import { readTorch, readTorchScalars, resave } from './torch-archive.js';
import type { WeightFile, WeightTensor } from './weight-tensor.js';

const TORCH = /\.(pt|pth|tar|bin|ckpt)$/i;
const INDEX = /\.index\.json$/i;
const ZIP = Buffer.from('PK\x03\x04', 'latin1');
/** PyTorch before 1.6 begins with a pickle of this number. */
const OLD_TORCH = Buffer.from('80028a0a6cfc9c46f9206aa850', 'hex');

/** Whether a name is that of a file of weights. */
export function isWeightFile(name: string): boolean {
  return TORCH.test(name) || INDEX.test(name) || /\.safetensors$/i.test(name);
}

/**
 * Reads the headers of a file of weights: .safetensors, a `*.index.json` over several, or what torch.save wrote (.pt, .pth,
 * .pth.tar, .bin, .ckpt). Throws UnreadableModelError, UnsupportedFormatError.
 */
export async function openWeights(path: string): Promise<WeightFile> {
  const file = await entryFile(path);
  if (INDEX.test(path)) {
    const tensors = await readShards(path, file, (shard) => readTensors(path, shard));
    const shards = new Map([...tensors.values()].map((tensor) => [tensor.file.path, tensor.file]));
    return {
      path,
      files: [file, ...shards.values()],
      sets: new Map([['', tensors]]),
      scalars: {},
      opaque: [],
    };
  }
  if (/\.safetensors$/i.test(path)) {
    const sets = new Map([['', await readSafetensors(path, file)]]);
    return { path, files: [file], sets, scalars: {}, opaque: [] };
  }
  return await openTorch(path, file);
}

async function openTorch(path: string, file: FileBeside): Promise<WeightFile> {
  const [start] = await readBeside(path, file, [
    { offset: 0, length: Math.min(file.bytes, OLD_TORCH.length) },
  ]);
  const bytes = Buffer.from(start ?? []);
  if (bytes.subarray(0, ZIP.length).equals(ZIP)) return await readTorch(path, file);
  if (bytes.equals(OLD_TORCH)) {
    throw new UnsupportedFormatError(
      `${path}: was saved in the format of PyTorch before 1.6; save it anew: ${resave(path)}`,
    );
  }
  throw new UnreadableModelError(
    `${path}: expected weights of torch.save or a .safetensors file, found something else`,
  );
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
  if (/\.safetensors$/i.test(file.name)) return await readSafetensors(path, file);
  return (await openTorch(path, file)).sets.get('') ?? new Map<string, WeightTensor>();
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
