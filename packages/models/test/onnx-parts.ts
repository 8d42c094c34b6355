import { numbers } from './numbers.ts';
import type { OnnxSpec } from './onnx-builder.ts';

export type Node = OnnxSpec['nodes'][number];
export type Weights = OnnxSpec['weights'];

export function random(dims: number[], seed: number): Weights[string] {
  const count = dims.reduce((product, size) => product * size, 1);
  return { dims, values: [...numbers(count, seed)] };
}

export function op(type: string, inputs: string[], output: string, more: Partial<Node> = {}): Node {
  return { op: type, inputs, output, ...more };
}

/** A 3×3 convolution that keeps the size of its maps. */
export function conv(inputs: string[], output: string, more: Partial<Node> = {}): Node {
  return op('Conv', inputs, output, { name: output, ints: { pads: [1, 1, 1, 1] }, ...more });
}
