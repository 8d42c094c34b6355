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

/** An operation that follows a convolution; a gate multiplies its maps by what is computed from them. */
export interface Following extends Op {
  readonly isGate: boolean;
}

// The gate of squeeze and excitation is some five operations; a bound keeps the search linear in the network.
const MAX_GATE_OPS = 32;
const PRODUCTS = new Set(['Mul', 'Multiply', 'QLinearMul']);

/** Who makes and who reads each tensor of a network. `ops` come in an order in which they can run. */
export class OpGraph {
  private readonly readersOf = new Map<string, number[]>();
  private readonly makerOf = new Map<string, Op>();

  constructor(readonly ops: readonly Op[]) {
    for (const [index, op] of ops.entries()) {
      this.makerOf.set(op.output, op);
      for (const input of new Set(op.inputs)) {
        const list = this.readersOf.get(input);
        if (list) list.push(index);
        else this.readersOf.set(input, [index]);
      }
    }
  }

  readers(tensor: string): Op[] {
    return this.indices(tensor).flatMap((index) => this.ops[index] ?? []);
  }

  /**
   * The operations that see nothing but the maps of `origin`, one value at a time or through a gate of their own,
   * in running order.
   */
  following(origin: Op): Following[] {
    const inside = new Set([origin.output]);
    const found: Following[] = [];
    const queue = [...this.indices(origin.output)];
    const seen = new Set(queue);
    while (queue.length > 0) {
      queue.sort((a, b) => a - b);
      const op = this.ops[queue.shift() ?? -1];
      if (!op || op.role === 'other' || op.role === 'convolution') continue;
      const outside = op.inputs.filter((input) => !inside.has(input));
      const isGate = outside.length > 0 && this.isGated(op, outside);
      if (outside.length > 0 && !isGate) continue;
      found.push({ ...op, isGate });
      inside.add(op.output);
      for (const next of this.indices(op.output)) {
        if (!seen.has(next)) queue.push(next);
        seen.add(next);
      }
    }
    return found;
  }

  /**
   * Whether `op` multiplies maps by a factor that is computed from them and from nothing else (squeeze and
   * excitation), so that the next layer sees the product alone.
   */
  private isGated(op: Op, [factor, ...more]: readonly string[]): boolean {
    const maps = op.inputs.filter((input) => input !== factor);
    const [tensor] = maps;
    if (factor === undefined || more.length > 0 || tensor === undefined || maps.length !== 1) return false;
    if (!PRODUCTS.has(op.type)) return false;
    const branch = new Set<Op>();
    const stack = [factor];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const maker = next === tensor ? undefined : this.makerOf.get(next);
      if (next !== tensor && maker === undefined) return false;
      if (maker === undefined || branch.has(maker)) continue;
      branch.add(maker);
      if (branch.size > MAX_GATE_OPS) return false;
      stack.push(...maker.inputs);
    }
    return this.readers(tensor).every((reader) => reader === op || branch.has(reader));
  }

  private indices(tensor: string): readonly number[] {
    return this.readersOf.get(tensor) ?? [];
  }
}
