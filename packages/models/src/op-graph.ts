import type { ConvolutionKind } from './layer.js';

/**
 * What an operation does to the maps of a convolution, as far as finding its tap needs it.
 * - convolution: makes maps.
 * - linear: keeps the units apart and moves them by constants (bias, batch norm, dropout at inference).
 * - activation: an activation function of one input.
 * - combine: an elementwise operation of two or more computed inputs (the product of SiLU, a shortcut).
 * - other: anything else; the next layer.
 */
export type Role = 'convolution' | 'linear' | 'activation' | 'combine' | 'other';

/** An operation of a network; tensors are named by texts. */
export interface Op {
  readonly name: string;
  /** The operation as the format calls it. */
  readonly type: string;
  readonly role: Role;
  /** Its computed inputs: constants and weights are left out. */
  readonly inputs: readonly string[];
  readonly output: string;
  readonly convolution?: Convolution;
}

export interface Convolution {
  readonly kind: ConvolutionKind;
  /** An activation that the operation itself applies. */
  readonly fused: string | null;
}

export interface Tap {
  readonly op: Op;
  readonly convolution: Convolution;
  /** The tensor that the next layer sees. */
  readonly tensor: string;
  readonly activation: string | null;
}

/** The tap of every convolution. `ops` come in an order in which they can run. */
export function findTaps(ops: readonly Op[]): Tap[] {
  const consumers = new Map<string, number[]>();
  ops.forEach((op, index) => {
    for (const input of new Set(op.inputs)) {
      const list = consumers.get(input);
      if (list) list.push(index);
      else consumers.set(input, [index]);
    }
  });
  return ops.flatMap((op) => {
    if (!op.convolution) return [];
    const { fused } = op.convolution;
    const found =
      fused === null
        ? tapAfter(op, elementwiseAfter(op, ops, consumers))
        : { tensor: op.output, activation: fused };
    return [{ op, convolution: op.convolution, ...found }];
  });
}

/** The operations that see nothing but this convolution's maps, one value at a time, in running order. */
function elementwiseAfter(
  convolution: Op,
  ops: readonly Op[],
  consumers: ReadonlyMap<string, readonly number[]>,
): Op[] {
  const inside = new Set([convolution.output]);
  const found: Op[] = [];
  const queue = [...(consumers.get(convolution.output) ?? [])];
  const seen = new Set(queue);
  while (queue.length > 0) {
    queue.sort((a, b) => a - b);
    const op = ops[queue.shift() ?? -1];
    if (!op || op.role === 'other' || op.role === 'convolution') continue;
    if (!op.inputs.every((input) => inside.has(input))) continue;
    found.push(op);
    inside.add(op.output);
    for (const next of consumers.get(op.output) ?? []) {
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return found;
}

/**
 * An activation written out in several operations (SiLU, hard swish, GELU) ends where its branches meet;
 * any other is one operation. A scale right after the meeting point (the sixth of hard swish) belongs to it.
 */
function tapAfter(convolution: Op, following: readonly Op[]): { tensor: string; activation: string | null } {
  const meeting = following.findLastIndex((op) => op.role === 'combine');
  if (meeting >= 0) {
    const parts = following.slice(0, meeting + 1);
    let tensor = parts[meeting]?.output ?? convolution.output;
    for (const op of following.slice(meeting + 1)) {
      if (op.role !== 'linear' || op.inputs[0] !== tensor) break;
      tensor = op.output;
    }
    return {
      tensor,
      activation: parts
        .filter((op) => op.role !== 'linear')
        .map((op) => op.type)
        .join('+'),
    };
  }
  const activation = following.find((op) => op.role === 'activation');
  if (activation) return { tensor: activation.output, activation: activation.type };
  return { tensor: following.at(-1)?.output ?? convolution.output, activation: null };
}
