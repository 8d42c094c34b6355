import type { Op, OpGraph } from './op-graph.js';
import type { Role } from './meaning.js';

/** An operation of a region. */
export interface RegionOp extends Op {
  /** Of a gate, which multiplies its maps by a factor that is computed from them: the operations that make the factor. */
  readonly gate: ReadonlySet<Op> | null;
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
    const gate = outside.length > 0 ? gateOf(graph, op, outside) : null;
    if (outside.length > 0 && gate === null) continue;
    const maps = op.role !== 'reduce' && op.inputs.some((input) => holdsMaps.get(input) === true);
    found.push({ ...op, gate, holdsMaps: maps });
    holdsMaps.set(op.output, maps);
    for (const next of graph.readers(op.output)) {
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return found;
}

/**
 * What makes the factor of `op`, where it multiplies maps by a factor that is computed from their statistics and from
 * nothing else (squeeze and excitation), so that the next layer sees the product alone; else null.
 */
function gateOf(graph: OpGraph, op: Op, [factor, ...more]: readonly string[]): ReadonlySet<Op> | null {
  const maps = op.inputs.filter((input) => input !== factor);
  const [tensor] = maps;
  if (factor === undefined || more.length > 0 || tensor === undefined || maps.length !== 1) return null;
  if (op.meaning?.joins !== 'product') return null;
  const origin = originOf(graph, tensor);
  const branch = new Set<Op>();
  const stack = [factor];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (originOf(graph, next) === origin) continue;
    const maker = graph.maker(next);
    if (maker === undefined) return null;
    if (branch.has(maker)) continue;
    branch.add(maker);
    if (branch.size > MAX_GATE_OPS) return null;
    stack.push(...maker.inputs);
  }
  const own = readersOfCopies(graph, origin).filter((reader) => reader !== op);
  return own.every((reader) => branch.has(reader)) && isSqueezed(graph, own, branch) ? branch : null;
}

/** An optimised quantised network makes floats of the same integers once for each reader. */
const isCopy = ({ role }: Op): boolean => role === 'dequantize' || role === 'pass';

/** The tensor of which `tensor` is a copy. */
function originOf(graph: OpGraph, tensor: string): string {
  let origin = tensor;
  for (let maker = graph.maker(origin); maker !== undefined && isCopy(maker); maker = graph.maker(origin)) {
    const [input] = maker.inputs;
    if (input === undefined) break;
    origin = input;
  }
  return origin;
}

/** Who reads `origin` or a copy of it. */
function readersOfCopies(graph: OpGraph, origin: string): Op[] {
  return graph
    .readers(origin)
    .flatMap((reader) => (isCopy(reader) ? readersOfCopies(graph, reader.output) : [reader]));
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
