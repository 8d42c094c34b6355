import { UnreadableModelError } from '../errors.js';
import { readBeside } from '../files/file-beside.js';
import { widenFloat16 } from '@unitscope/base';
import { BYTES, elementsOf, rowMajor, spanOf, type WeightTensor, type WeightType } from './weight-tensor.js';

const FLOATS = new Set<WeightType>(['float64', 'float32', 'float16', 'bfloat16']);

export function isFloat({ type }: WeightTensor): boolean {
  return FLOATS.has(type);
}

/**
 * The values of tensors as float32, row-major; float16 and bfloat16 exactly, float64 rounded to the nearest. Each file
 * is opened once. Throws UnreadableModelError.
 */
export async function readFloats(
  path: string,
  tensors: readonly WeightTensor[],
): Promise<Float32Array<ArrayBuffer>[]> {
  const values = new Array<Float32Array<ArrayBuffer>>(tensors.length);
  const files = new Map(tensors.map(({ file }) => [file.path, file]));
  for (const file of files.values()) {
    const wanted = [...tensors.entries()].filter(([, tensor]) => tensor.file.path === file.path);
    const ranges = wanted.map(([, tensor]) => ({
      offset: tensor.offset,
      length: spanOf(tensor) * BYTES[tensor.type],
    }));
    const pieces = await readBeside(path, file, ranges);
    for (const [at, [index, tensor]] of wanted.entries())
      values[index] = inOrder(tensor, widened(tensor, pieces[at] ?? new Uint8Array(0)));
  }
  return values;
}

function widened({ type }: WeightTensor, bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const { buffer } = bytes;
  switch (type) {
    case 'float32':
      return new Float32Array(buffer);
    case 'float64':
      return Float32Array.from(new Float64Array(buffer));
    case 'float16':
      return Float32Array.from(new Uint16Array(buffer), widenFloat16);
    case 'bfloat16':
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
    default:
      throw new UnreadableModelError(`expected floating-point weights, found ${type}`);
  }
}

/** By the sum of what is 0 times each: NaN where one is no number or infinite. */
export function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += (values[at] ?? 0) * 0;
  return sum === 0;
}

/** The elements of a view in the order of its indices. */
function inOrder(
  { shape, strides }: WeightTensor,
  span: Float32Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  const plain = rowMajor(shape);
  if (shape.every((size, axis) => size === 1 || strides[axis] === plain[axis])) return span;
  const ordered = new Float32Array(elementsOf(shape));
  const index = shape.map(() => 0);
  for (let at = 0, from = 0; at < ordered.length; at++) {
    ordered[at] = span[from] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      index[axis] = (index[axis] ?? 0) + 1;
      from += stride;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      from -= stride * (shape[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return ordered;
}
