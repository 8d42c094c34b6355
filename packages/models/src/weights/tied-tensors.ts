import type { Binding } from './binding.js';
import { readFloats } from './read-tensor.js';
import type { WeightTensor } from './weight-tensor.js';

/**
 * Of the tensors that a parameter may stand for because it is read in several places: those that hold the very numbers of its
 * own, so that it does not matter which is meant. A file that knows no shared storages has tied weights twice.
 */
export async function tiedTensors(
  path: string,
  held: ReadonlyMap<string, WeightTensor>,
  { copies }: Pick<Binding, 'copies'>,
): Promise<ReadonlySet<string>> {
  const tied = new Set<string>();
  const pairs = copies.flatMap(({ own, tensor }) => {
    const [a, b] = [held.get(own), held.get(tensor)];
    return a === undefined || b === undefined ? [] : [{ tensor, a, b }];
  });
  for (const { tensor, a, b } of pairs) {
    const [one, other] = await readFloats(path, [a, b]);
    if (one !== undefined && other !== undefined && Buffer.compare(bytesOf(one), bytesOf(other)) === 0)
      tied.add(tensor);
  }
  return tied;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
