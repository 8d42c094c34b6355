import { readFile } from 'node:fs/promises';
import { UnreadableModelError } from '../errors.js';
import { fileBeside, type FileBeside } from '../files/file-beside.js';
import type { WeightTensor } from './weight-tensor.js';

/** A `*.index.json` names far fewer tensors than this has room for. */
const MOST_BYTES = 64 << 20;

/**
 * The tensors of a set of files by the index that Hugging Face writes beside them: `weight_map`, name to file. `read`
 * reads one of them. Throws UnreadableModelError.
 */
export async function readShards(
  path: string,
  index: FileBeside,
  read: (file: FileBeside) => Promise<ReadonlyMap<string, WeightTensor>>,
): Promise<Map<string, WeightTensor>> {
  const map = await weightMap(path, index);
  const tensors = new Map<string, WeightTensor>();
  for (const [name, names] of Map.groupBy(map.keys(), (tensor) => map.get(tensor) ?? '')) {
    const shard = await read(await fileBeside(path, name));
    for (const tensor of names) {
      const found = shard.get(tensor);
      if (found === undefined)
        throw new UnreadableModelError(`${path}: expected tensor '${tensor}' in ${name}, found none`);
      tensors.set(tensor, found);
    }
  }
  return tensors;
}

async function weightMap(path: string, { bytes }: FileBeside): Promise<Map<string, string>> {
  const refuse = (): never => {
    throw new UnreadableModelError(`${path}: expected an index with a weight_map of names and files`);
  };
  if (bytes > MOST_BYTES) return refuse();
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return refuse();
  }
  const found = (json as { weight_map?: unknown } | null)?.weight_map;
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return refuse();
  const entries = Object.entries(found);
  return new Map(entries.map(([name, file]) => [name, typeof file === 'string' ? file : refuse()]));
}

/** The files that an index names. Throws UnreadableModelError. */
export async function shardNames(path: string, index: FileBeside): Promise<string[]> {
  return [...new Set((await weightMap(path, index)).values())];
}
