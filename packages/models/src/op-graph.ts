import type { ConvolutionKind } from './layer.js';

/**
 * What an operation does to the maps of a convolution, as far as finding its tap needs it.
 * - convolution: makes maps.
 * - linear: keeps the units apart and moves them by constants (bias, batch norm, dropout at inference).
 * - activation: an activation function of one input.
 * - quantize, dequantize: rounding to integers and back.
 * - combine: an elementwise operation of two or more computed inputs (the product of SiLU, a shortcut).
 * - other: anything else; the next layer.
 */
export type Role = 'convolution' | 'linear' | 'activation' | 'quantize' | 'dequantize' | 'combine' | 'other';

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

const SCALES = new Set(['Mul', 'Div', 'RealDiv']);

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
 * any other is one operation. A scale right after the meeting point (the sixth of hard swish) belongs to it,
 * and so does the rounding of a quantised network: the next layer sees rounded maps.
 */
function tapAfter(convolution: Op, following: readonly Op[]): { tensor: string; activation: string | null } {
  const meeting = following.findLastIndex((op) => op.role === 'combine');
  const single = following.findIndex((op) => op.role === 'activation');
  const end = meeting >= 0 ? meeting : single >= 0 ? single : lastLinear(following);
  const parts = following.slice(0, end + 1);
  let tensor = parts.at(-1)?.output ?? convolution.output;
  let rounded = tensor;
  for (const op of following.slice(end + 1)) {
    if (op.inputs[0] !== rounded) continue;
    if (SCALES.has(op.type) && meeting >= 0 && rounded === tensor) tensor = rounded = op.output;
    else if (op.role === 'quantize' || op.role === 'dequantize') rounded = op.output;
    if (op.role === 'dequantize') tensor = rounded;
  }
  const functions = parts.filter((op) => op.role === 'activation' || op.role === 'combine');
  return {
    tensor,
    activation: functions.length === 0 ? null : functions.map((op) => op.type).join(' + '),
  };
}

function lastLinear(following: readonly Op[]): number {
  return following.findLastIndex((op) => op.role === 'linear');
}
