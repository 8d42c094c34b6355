import type { Op, OpGraph } from '../op-graph.js';
import type { Role } from './meaning.js';

/** An operation of a region; a gate multiplies its maps by what is computed from them. */
export interface RegionOp extends Op {
  readonly isGate: boolean;
  /** Its output has a value for each value of the maps; else it holds statistics of them. */
  readonly holdsMaps: boolean;
}

// The gate of squeeze and excitation is some five operations; a bound keeps the search linear in the network.
const MAX_GATE_OPS = 32;
const OUTSIDE: ReadonlySet<Role> = new Set(['convolution', 'other', 'unknown']);

/**
 * The operations that see nothing but the maps in `start`, value by value, by their statistics or through a gate of their
 * own, in running order.
 */
export function regionOf(graph: OpGraph, start: string): RegionOp[] {
  const holdsMaps = new Map([[start, true]]);
  const found: RegionOp[] = [];
  const queue = [...graph.readers(start)];
  const seen = new Set(queue);
  while (queue.length > 0) {
    queue.sort((a, b) => graph.place(a) - graph.place(b));
    const op = queue.shift();
    if (!op || OUTSIDE.has(op.role)) continue;
    const outside = op.inputs.filter((input) => !holdsMaps.has(input));
    const isGate = outside.length > 0 && isGated(graph, op, outside);
    if (outside.length > 0 && !isGate) continue;
    const maps = op.role !== 'reduce' && op.inputs.some((input) => holdsMaps.get(input) === true);
    found.push({ ...op, isGate, holdsMaps: maps });
    holdsMaps.set(op.output, maps);
    for (const next of graph.readers(op.output)) {
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return found;
}

/**
 * Whether `op` multiplies maps by a factor that is computed from their statistics and from nothing else (squeeze
 * and excitation), so that the next layer sees the product alone.
 */
function isGated(graph: OpGraph, op: Op, [factor, ...more]: readonly string[]): boolean {
  const maps = op.inputs.filter((input) => input !== factor);
  const [tensor] = maps;
  if (factor === undefined || more.length > 0 || tensor === undefined || maps.length !== 1) return false;
  if (op.meaning?.joins !== 'product') return false;
  const branch = new Set<Op>();
  const stack = [factor];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const maker = next === tensor ? undefined : graph.maker(next);
    if (next !== tensor && maker === undefined) return false;
    if (maker === undefined || branch.has(maker)) continue;
    branch.add(maker);
    if (branch.size > MAX_GATE_OPS) return false;
    stack.push(...maker.inputs);
  }
  const own = graph.readers(tensor).filter((reader) => reader !== op);
  return own.every((reader) => branch.has(reader)) && isSqueezed(graph, own, branch);
}

/** Whether a branch sees its maps by their statistics, and not as a next layer would. */
function isSqueezed(graph: OpGraph, readers: readonly Op[], branch: ReadonlySet<Op>): boolean {
  const queue = [...readers];
  for (let op = queue.shift(); op !== undefined; op = queue.shift()) {
    if (OUTSIDE.has(op.role)) return false;
    if (op.role === 'reduce' || op.role === 'spatial') continue;
    queue.push(...graph.readers(op.output).filter((reader) => branch.has(reader)));
  }
  return true;
}
