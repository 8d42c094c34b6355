import type { TapKind } from '@unitscope/plan';
import { chainFrom, type ShapeOf, type Step } from './chain.js';
import { noteBeyond } from './beyond.js';
import { isClipping, StepList } from './step-list.js';
import { unmeasurable, type Layer, type LayerKind } from '../layer.js';
import { OpGraph, type Op } from './op-graph.js';

/** Where a layer is looked at. */
export interface Tap {
  /** The convolution, or the addition that ends a residual block. */
  readonly op: Op;
  readonly kind: LayerKind;
  readonly tensor: string;
  /** Whether the tensor holds its maps as [image][y][x][unit]. */
  readonly channelsLast: boolean;
  /** Height and width of its maps, where the tensor holds rows and columns in one axis. */
  readonly flat?: { readonly height: number; readonly width: number };
  /** The activation that made the tensor; null where none did. */
  readonly activation: string | null;
  /** The normalisations on the way to the tensor; null where there are none. */
  readonly norm: string | null;
  /** What a reader of the results should know of where the search ended. */
  readonly note?: string;
  /** Why no tensor holds what was asked for, where none does. */
  readonly reason?: string;
}

/** How a layer is listed whose tap made an output of these dimensions, channels first. */
export function describeLayer(
  tap: Tap,
  index: number,
  name: string,
  [units = 0, height = 0, width = 0]: readonly number[],
  refused: string | null,
): Layer {
  const reason = tap.reason ?? refused ?? unmeasurable(height, width);
  return {
    name,
    index,
    kind: tap.kind,
    units,
    height,
    width,
    tap: tap.tensor,
    activation: tap.activation,
    norm: tap.norm,
    ...(tap.note !== undefined && { note: tap.note }),
    measurable: reason === null,
    ...(reason !== null && { reason }),
  };
}

/** Why an output of this shape holds no maps of so many images, or null where it may. */
export function shapeRefusal(shape: readonly number[], images: number): string | null {
  if (shape.length !== 4) return `its output has ${shape.length} dimensions; maps have 4`;
  const [rows = 0] = shape;
  if (rows === images) return null;
  return `its output has ${rows} rows for ${images} image${images === 1 ? '' : 's'}: its first dimension is not the image`;
}

/** The shape of a tap's output as that of maps, where rows and columns lie in one of its axes. */
export function mapShape({ flat, channelsLast }: Tap, dims: readonly number[]): readonly number[] {
  if (flat === undefined) return dims;
  const [images = 0, ...others] = dims;
  const [second = 0, third = 0, ...more] = others.length === 2 ? others : others.filter((size) => size !== 1);
  if (others.length < 2 || more.length > 0) return dims;
  const { height, width } = flat;
  const [pixels, units] = channelsLast ? [second, third] : [third, second];
  if (pixels !== height * width) return dims;
  return channelsLast ? [images, height, width, units] : [images, units, height, width];
}

type Found = Omit<Tap, 'op' | 'kind'>;

const unmeasured: ShapeOf = () => null;

/**
 * The taps of one kind. `ops` come in an order in which they can run. `shapeOf` gives the sizes of tensors, without which
 * a reshape ends the search.
 */
export function findTaps(
  ops: readonly Op[],
  kind: TapKind = 'after-activation',
  shapeOf: ShapeOf = unmeasured,
): Tap[] {
  const graph = new OpGraph(ops);
  if (kind === 'block-output') return blockOutputs(graph, shapeOf);
  const find = kind === 'pre-activation' ? beforeActivation : afterActivation;
  return ops.flatMap((op) =>
    op.convolution
      ? [{ op, kind: op.convolution.kind, ...find(op, graph, stepsAfter(op, graph, shapeOf)) }]
      : [],
  );
}

/**
 * The same where sizes have to be measured: `measure` gives those of the tensors it is asked for. It is called where
 * something on the way changes shapes, and not else.
 */
export async function measuredTaps<T>(
  ops: readonly Op[],
  find: (shapeOf: ShapeOf) => T,
  measure: (tensors: readonly string[]) => Promise<ReadonlyMap<string, readonly number[]>>,
): Promise<T> {
  const asked: string[] = [];
  const found = find((tensor) => {
    asked.push(tensor);
    return null;
  });
  if (asked.length === 0) return found;
  const moving = ops.filter(({ role }) => role === 'shape' || role === 'spatial');
  const shapes = await measure([...new Set(moving.flatMap(({ inputs, output }) => [...inputs, output]))]);
  return find((tensor) => shapes.get(tensor) ?? null);
}

function stepsAfter(op: Op, graph: OpGraph, shapeOf: ShapeOf): StepList {
  return new StepList(chainFrom(graph, op.output, op.channelsLast === true, shapeOf));
}

/**
 * What comes before the activation may normalise, pad or pool. An activation that is written out in several operations
 * (SiLU, hard swish, GELU) ends where its branches meet; a scale right after belongs to it (the sixth of hard swish), and
 * so do a gate and the rounding of a quantised network: the next layer sees gated and rounded maps.
 */
function afterActivation(origin: Op, graph: OpGraph, steps: StepList): Found {
  const fused = fusedActivation(origin);
  const end = steps.rounded(fused === null ? steps.activationEnd() : -1);
  const found = foundAt(origin, steps, end);
  if (fused !== null) {
    const activation = [fused, ...(found.activation === null ? [] : [found.activation])].join(' + ');
    return { ...found, activation };
  }
  if (found.activation !== null) return found;
  const note = noteBeyond(graph, origin.output, steps, end);
  return { ...found, ...(note !== null && { note }) };
}

/** An activation that an operation itself applies to its maps. */
function fusedActivation(op: Op): string | null {
  return op.convolution?.fused ?? (op.rounding?.clipsNegative === true ? clippingName(op) : null);
}

const clippingName = ({ type }: Op): string => `ReLU of ${type}`;

/** The convolution with its bias and norm, up to where an activation reads it. */
function beforeActivation(origin: Op, _: OpGraph, steps: StepList): Found {
  const fused = fusedActivation(origin);
  if (fused !== null) {
    const reason = `'${fused}' is a part of the convolution: no tensor holds what comes before it`;
    return { ...foundAt(origin, steps, -1), activation: fused, reason };
  }
  return { ...foundAt(origin, steps, steps.activationStart() - 1), activation: null };
}

/** The tap after so many steps, at the nearest tensor that holds one map a unit. */
function foundAt(origin: Op, steps: StepList, end: number): Found {
  const at = steps.readable(end);
  const step = steps.known[at];
  const norms = steps.known.slice(0, at + 1).filter(({ kind }) => kind === 'norm');
  const functions = steps.known
    .slice(0, at + 1)
    .filter(({ kind }) => kind === 'activation' || kind === 'function' || kind === 'gate')
    .flatMap(({ ops }) => ops)
    .filter(({ role }) => role === 'activation' || role === 'function' || role === 'combine');
  return {
    tensor: step?.output ?? origin.output,
    channelsLast:
      step === undefined
        ? origin.channelsLast === true
        : (step.layout ?? step.flat?.layout) === 'channels last',
    ...(step?.layout === null && step.flat !== null && { flat: step.flat }),
    activation: joined(functions.map(({ type }) => type)) ?? clipped(steps.known.slice(0, at + 1)),
    norm: joined([...new Set(norms.map(normName))]),
  };
}

/** Where a quantiser has put the activation into its rounding. */
function clipped(steps: readonly Step[]): string | null {
  const [op] = steps.find(isClipping)?.ops ?? [];
  return op === undefined ? null : clippingName(op);
}

function joined(names: readonly string[]): string | null {
  return names.length === 0 ? null : names.join(' + ');
}

function normName({ ops, layout }: Step): string {
  const [only, ...more] = ops;
  if (only === undefined || more.length > 0) return 'written out';
  // Over maps that a reshape has put into groups.
  return layout === null && only.type === 'InstanceNormalization' ? 'GroupNormalization' : only.type;
}

/** A tensor in which a unit can be made 0. */
export interface UnitTensor {
  readonly name: string;
  readonly channelsLast: boolean;
}

/**
 * The tensors in which a unit is to be 0 so that it is 0 before its activation, whoever reads it: the last one that its
 * bias and norm make, and earlier ones of which another operation reads too (a shortcut past the norm).
 */
export function unitTensors(
  { op, kind }: Tap,
  ops: readonly Op[],
  shapeOf: ShapeOf = unmeasured,
): UnitTensor[] {
  const graph = new OpGraph(ops);
  const steps = stepsAfter(op, graph, shapeOf);
  if (kind === 'block' && leavesBlock(op, graph, steps)) steps.cut(0);
  const origin = { output: op.output, layout: op.channelsLast === true ? 'channels last' : 'channels first' };
  const end = fusedActivation(op) === null ? steps.activationStart() : 0;
  const run = [origin, ...steps.known.slice(0, end)];
  const next = (i: number): ReadonlySet<string> => new Set(steps.known[i]?.ops.map(({ output }) => output));
  // Integers of a quantised network have their 0 elsewhere; another arrangement of the maps has no place for a unit.
  const isLast = run.findLastIndex(
    ({ layout }, i) => layout !== null && (i === 0 || steps.known[i - 1]?.kind !== 'quantize'),
  );
  return run.slice(0, isLast + 1).flatMap(({ output, layout }, i) => {
    const own = next(i);
    const isShared = graph.readers(output).some((reader) => !own.has(reader.output));
    if (i < isLast && (!isShared || layout === null)) return [];
    return [{ name: output, channelsLast: layout === 'channels last' }];
  });
}

/** Every addition of two streams of maps, with the activation that follows it. */
function blockOutputs(graph: OpGraph, shapeOf: ShapeOf): Tap[] {
  // An addition inside one convolution's activation (GELU is one) or norm joins no streams.
  const inner = new Set(
    graph.ops
      .filter((op) => op.convolution)
      .flatMap((op) => stepsAfter(op, graph, shapeOf).all())
      .flatMap(({ ops }) => ops.map(({ output }) => output)),
  );
  return graph.ops
    .filter((op) => op.role === 'combine' && op.meaning?.joins === 'sum' && !inner.has(op.output))
    .filter((op) => new Set(op.inputs).size > 1)
    .map((op) => ({ op, kind: 'block', ...blockOutput(op, graph, shapeOf) }));
}

function blockOutput(sum: Op, graph: OpGraph, shapeOf: ShapeOf): Found {
  const steps = stepsAfter(sum, graph, shapeOf);
  if (leavesBlock(sum, graph, steps)) steps.cut(0);
  return foundAt(sum, steps, steps.rounded(fusedActivation(sum) === null ? steps.activationEnd() : -1));
}

/** Whether the sum itself leaves its block. What follows within the block ends at a norm, which opens the next one. */
function leavesBlock(sum: Op, graph: OpGraph, steps: StepList): boolean {
  const all = steps.all();
  const end = all.findIndex(({ kind }) => kind === 'norm' || kind === 'spatial' || kind === 'shape');
  if (end >= 0) steps.cut(end);
  // Where the sum goes on as the next shortcut too, it is what leaves.
  const own = new Set(steps.known.flatMap(({ ops }) => ops.map(({ output }) => output)));
  return graph.readers(sum.output).some((reader) => !own.has(reader.output));
}
