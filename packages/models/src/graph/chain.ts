import type { OpGraph } from './op-graph.js';
import {
  flatMaps,
  mapAxes,
  mapLayout,
  reshaped,
  transposed,
  unitAxis,
  type Axes,
  type FlatMaps,
} from './axes.js';
import { regionOf, type RegionOp } from './region.js';

/** What one step of a chain does to the maps. */
export type StepKind =
  | 'linear'
  | 'norm'
  | 'activation'
  | 'function'
  | 'gate'
  | 'quantize'
  | 'dequantize'
  | 'pass'
  | 'shape'
  | 'spatial';

/** Operations between two tensors through which everything goes that is computed from a convolution's maps. */
export interface Step {
  readonly kind: StepKind;
  readonly ops: readonly RegionOp[];
  readonly output: string;
  /** How the output holds the maps; null where it is not one map a unit. */
  readonly layout: 'channels first' | 'channels last' | null;
  /** Where it holds one map a unit, with rows and columns in one axis. */
  readonly flat: FlatMaps | null;
}

/** The sizes of a tensor, or null where they are not known (yet). */
export type ShapeOf = (tensor: string) => readonly number[] | null;

/**
 * The steps that follow the maps in `start`, as far as each unit keeps its map; returns the operation that ended them, where
 * it sees nothing but the maps. Steps are made when they are asked for: sizes are asked of no more than that.
 */
export function* chainFrom(
  graph: OpGraph,
  start: string,
  channelsLast: boolean,
  shapeOf: ShapeOf,
): Generator<Step, RegionOp | null> {
  const path = pathToLeaf(graph, regionOf(graph, start));
  let axes: Axes = mapAxes(channelsLast);
  let input = start;
  for (const ops of bottlenecks(start, path)) {
    const last = ops.at(-1);
    const kind = kindOf(ops);
    const moved = kind === null ? null : movedAxes(input, axes, ops, shapeOf);
    if (last === undefined || kind === null || moved === null) return last ?? null;
    axes = moved;
    input = last.output;
    yield { kind, ops, output: last.output, layout: mapLayout(axes), flat: flatMaps(axes) };
  }
  return null;
}

/** The operations on the way to one end of the region: the end of what its first activation makes, else its first end. */
function pathToLeaf(graph: OpGraph, region: readonly RegionOp[]): RegionOp[] {
  const bends = (op: RegionOp): boolean => op.role === 'activation' || op.role === 'function';
  const first = region.find((op) => op.holdsMaps && bends(op));
  const reached = new Set(first === undefined ? [] : [first.output]);
  for (const { inputs, output } of region) {
    if (inputs.some((tensor) => reached.has(tensor))) reached.add(output);
  }
  // Tensors of which maps are made.
  const leading = new Set<string>();
  for (const { inputs, output, holdsMaps } of region.toReversed()) {
    if (holdsMaps || leading.has(output)) for (const tensor of inputs) leading.add(tensor);
  }
  const gates = new Set(region.flatMap(({ gate }) => [...(gate ?? [])]));
  // A copy of the maps that a gate makes its factor of is not where they go on.
  const isGating = (tensor: string): boolean => {
    const readers = graph.readers(tensor);
    return readers.length > 0 && readers.every((reader) => gates.has(reader));
  };
  const leaf = region.find(
    ({ output, holdsMaps }) =>
      holdsMaps && !leading.has(output) && !isGating(output) && (first === undefined || reached.has(output)),
  );
  const needed = new Set(leaf === undefined ? [] : [leaf.output]);
  const path = region.toReversed().filter(({ inputs, output }) => {
    if (!needed.has(output)) return false;
    for (const tensor of inputs) needed.add(tensor);
    return true;
  });
  return path.toReversed();
}

/** The path cut at every tensor through which all of it goes. */
function* bottlenecks(start: string, path: readonly RegionOp[]): Generator<RegionOp[]> {
  const waiting = new Map<string, number>();
  const inside = new Set([start, ...path.map(({ output }) => output)]);
  const read = ({ inputs }: RegionOp): string[] =>
    [...new Set(inputs)].filter((tensor) => inside.has(tensor));
  for (const op of path) for (const tensor of read(op)) waiting.set(tensor, (waiting.get(tensor) ?? 0) + 1);
  const open = new Set([start]);
  let ops: RegionOp[] = [];
  for (const op of path) {
    ops.push(op);
    for (const tensor of read(op)) {
      const left = (waiting.get(tensor) ?? 1) - 1;
      waiting.set(tensor, left);
      if (left === 0) open.delete(tensor);
    }
    if ((waiting.get(op.output) ?? 0) > 0) open.add(op.output);
    if (open.size > 1 || (open.size === 1 && !open.has(op.output))) continue;
    yield ops;
    ops = [];
  }
}

/** Null where the step is no such function of the maps: a residual branch of pools or norms. */
function kindOf(ops: readonly RegionOp[]): StepKind | null {
  const [only, ...more] = ops;
  if (only !== undefined && more.length === 0) return kindOfOne(only);
  if (ops.some(({ role }) => role === 'spatial' || role === 'norm')) return null;
  const isReduced = ops.some(({ role }) => role === 'reduce');
  const bends = ops.some(({ role, clamp }) => role === 'activation' && clamp === undefined);
  if (isReduced) return bends ? 'gate' : 'norm';
  const isNonlinear = ops.some(
    ({ role, meaning }) =>
      role === 'activation' || role === 'function' || (role === 'combine' && meaning?.joins !== 'sum'),
  );
  return isNonlinear ? 'activation' : 'linear';
}

function kindOfOne(op: RegionOp): StepKind | null {
  if (op.gate !== null) return 'gate';
  switch (op.role) {
    case 'combine':
      // One tensor twice: its square, its double.
      return op.meaning?.joins === 'sum' ? 'linear' : 'activation';
    case 'linear':
    case 'norm':
    case 'activation':
    case 'function':
    case 'quantize':
    case 'dequantize':
    case 'pass':
    case 'shape':
    case 'spatial':
      return op.role;
    default:
      return null;
  }
}

/** What the axes of a step's output run along; null where its units are not what they were. */
function movedAxes(input: string, axes: Axes, ops: readonly RegionOp[], shapeOf: ShapeOf): Axes | null {
  const known = new Map([[input, axes]]);
  for (const op of ops) {
    if (!op.holdsMaps) continue;
    const [from, ...others] = op.inputs.flatMap((tensor) => {
      const found = known.get(tensor);
      return found === undefined ? [] : [[tensor, found] as const];
    });
    if (from === undefined) return null;
    const [tensor, before] = from;
    if (others.some(([, other]) => !isSame(before, other))) return null;
    const after = movedBy(op, tensor, before, shapeOf);
    if (after === null) return null;
    known.set(op.output, after);
  }
  return known.get(ops.at(-1)?.output ?? '') ?? null;
}

function movedBy(op: RegionOp, tensor: string, axes: Axes, shapeOf: ShapeOf): Axes | null {
  if (op.role === 'spatial') return resized(op, tensor, axes, shapeOf);
  if (op.role !== 'shape') return axes;
  if (op.type === 'Transpose' || op.type === 'Permute') return transposed(axes, op.order);
  const [from, to] = [shapeOf(tensor), shapeOf(op.output)];
  return from === null || to === null ? null : reshaped(axes, from, to);
}

/** Maps of another size, as long as there is one of each unit. */
function resized(op: RegionOp, tensor: string, axes: Axes, shapeOf: ShapeOf): Axes | null {
  const layout = mapLayout(axes);
  const units = unitAxis(axes);
  if (layout === null || units === null) return null;
  const isLast = layout === 'channels last';
  if (op.channelsLast !== undefined) return op.channelsLast === isLast ? mapAxes(isLast) : null;
  const [from, to] = [shapeOf(tensor), shapeOf(op.output)];
  if (from === null || to === null || from.length !== to.length) return null;
  return from[units] === to[units] ? mapAxes(isLast) : null;
}

function isSame(one: Axes, other: Axes): boolean {
  const text = (axes: Axes): string =>
    axes.map((axis) => axis.map(({ name, stride }) => `${name}/${stride}`).join('·')).join(' ');
  return text(one) === text(other);
}
