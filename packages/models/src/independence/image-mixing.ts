import { needed } from '../graph/network-split.js';
import type { Op } from '../graph/op-graph.js';

/** An operation by which images of a batch influence each other, as the table of operations says. */
export interface ImageMixingOp {
  readonly op: Op;
  /** training: it takes statistics of the batch as in a training; range: one scale for a whole batch. */
  readonly why: 'training' | 'range';
}

/** One on the way to the tensors that are looked at: the first that trains, else the first that scales. */
export function mixingOp(ops: readonly Op[], tensors: readonly string[]): ImageMixingOp | null {
  const onTheWay = opsBefore(ops, tensors);
  const training = onTheWay.find((op) => op.training === true);
  if (training !== undefined) return { op: training, why: 'training' };
  const range = onTheWay.find((op) => op.meaning?.mixesImages === 'always');
  return range === undefined ? null : { op: range, why: 'range' };
}

/** The operations of which tensors are made, in running order. */
function opsBefore(ops: readonly Op[], tensors: readonly string[]): Op[] {
  const nodes = ops.map((op) => ({ op, inputs: op.inputs, outputs: [op.output] }));
  return needed(nodes, tensors, () => false).map(({ op }) => op);
}

/** A tensor as a backend gives it. */
export interface FetchedTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<unknown>;
}

/** Runs a batch of images and gives the tensors that are asked for, as far as the backend hands them out. */
export type FetchTensors = (
  images: Float32Array,
  tensors: readonly string[],
) => Promise<ReadonlyMap<string, FetchedTensor>>;

/**
 * The operation in which the first image of two batches that begin with the same one comes to differ, on its way to a
 * tensor. Null where it cannot be told.
 */
export async function whereItDiffers(
  ops: readonly Op[],
  tensor: string,
  [one, other]: readonly [Float32Array, Float32Array],
  fetch: FetchTensors,
): Promise<Op | null> {
  const onTheWay = opsBefore(ops, [tensor]);
  const names = onTheWay.map(({ output }) => output);
  const [first, second] = [await fetch(one, names), await fetch(other, names)];
  const changed = new Map(names.map((name) => [name, change(first.get(name), second.get(name))]));
  const makers = new Map(onTheWay.map((op) => [op.output, op]));
  let found = onTheWay.find(({ output }) => changed.get(output) === 'image');
  // What has no axis of images any more was made of all of them: a mean over the batch, a scale.
  for (let next = found; next !== undefined;) {
    found = next;
    const source = next.inputs.find((name) => changed.get(name) === 'whole');
    next = source === undefined ? undefined : makers.get(source);
  }
  return found ?? null;
}

/** Whether the first image's values differ, or those of a tensor that has no axis of images. */
function change(one?: FetchedTensor, other?: FetchedTensor): 'image' | 'whole' | null {
  if (one === undefined || other === undefined) return null;
  const [images = 0] = one.dims;
  const hasImages = images > 1;
  const length = hasImages ? one.data.length / images : one.data.length;
  for (let i = 0; i < length; i++) if (one.data[i] !== other.data[i]) return hasImages ? 'image' : 'whole';
  return null;
}
