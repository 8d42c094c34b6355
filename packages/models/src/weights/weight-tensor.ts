import { UnreadableModelError } from '../errors.js';
import type { FileBeside } from '../files/file-beside.js';

/** Types of numbers that files of weights hold, with their bytes a value. */
export const BYTES = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
} as const;
export type WeightType = keyof typeof BYTES;

/** Numbers in a file: a view, in elements, of what lies from `offset` on. */
export interface WeightTensor {
  readonly type: WeightType;
  readonly shape: readonly number[];
  /** Elements from one index of an axis to the next. */
  readonly strides: readonly number[];
  readonly file: FileBeside;
  /** Bytes from the beginning of the file to the first element. */
  readonly offset: number;
}

/** A file of weights, of which only headers were read. */
export interface WeightFile {
  /** The file that was named. */
  readonly path: string;
  /** All files that its tensors lie in. */
  readonly files: readonly FileBeside[];
  /** Sets of tensors by the place in the file where they are (`state_dict`, `ema.model`; empty: the file itself). */
  readonly sets: ReadonlyMap<string, ReadonlyMap<string, WeightTensor>>;
  /** What stands among the tensors of a set and is none that can be read, by its name. */
  readonly unread: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Numbers and texts beside the tensors, such as `epoch` and `global_step`. */
  readonly scalars: Readonly<Record<string, number | string | boolean>>;
  /** Functions and classes that the file names and that were not called, as `module.name`. */
  readonly opaque: readonly string[];
}

/** The strides of a tensor whose last axis is the fastest. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let step = 1;
  for (const size of [...shape].reverse()) {
    strides.unshift(step);
    step *= size;
  }
  return strides;
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Elements from the first to the last of a view, both counted; 0 where it has none. */
export function spanOf({ shape, strides }: Pick<WeightTensor, 'shape' | 'strides'>): number {
  if (elementsOf(shape) === 0) return 0;
  return shape.reduce((span, size, axis) => span + (size - 1) * (strides[axis] ?? 0), 1);
}

/**
 * Throws UnreadableModelError where a view reaches beyond the `available` bytes that lie from its first element on, or is
 * no view of numbers.
 */
export function refuseBeyond(path: string, name: string, tensor: WeightTensor, available: number): void {
  const { shape, strides, type } = tensor;
  const whole = [...shape, ...strides, tensor.offset].every(
    (size) => Number.isSafeInteger(size) && size >= 0,
  );
  const bytes = whole && shape.length === strides.length ? spanOf(tensor) * BYTES[type] : NaN;
  if (bytes <= available && Number.isSafeInteger(elementsOf(shape))) return;
  throw new UnreadableModelError(
    `${path}: tensor '${name}': expected ${type} [${shape.join(', ')}] within its data of ${Math.max(0, available)} bytes; is the file complete?`,
  );
}
