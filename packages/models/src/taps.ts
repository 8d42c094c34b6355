import type { TapKind } from '@unitscope/plan';
import { unmeasurable, type Layer, type LayerKind } from './layer.js';
import { OpGraph, type Following, type Op } from './op-graph.js';

/** Where a layer is looked at. */
export interface Tap {
  /** The convolution, or the addition that ends a residual block. */
  readonly op: Op;
  readonly kind: LayerKind;
  readonly tensor: string;
  /** The activation that made the tensor; null where none did. */
  readonly activation: string | null;
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
    measurable: reason === null,
    ...(reason !== null && { reason }),
  };
}

type Found = Pick<Tap, 'tensor' | 'activation' | 'reason'>;

const SCALES = new Set(['Mul', 'Div', 'RealDiv']);
const SUMS = new Set(['Add', 'AddV2', 'AddN', 'Sum', 'QLinearAdd']);

/** The taps of one kind. `ops` come in an order in which they can run. */
export function findTaps(ops: readonly Op[], kind: TapKind = 'after-activation'): Tap[] {
  const graph = new OpGraph(ops);
  if (kind === 'block-output') return blockOutputs(graph);
  const find = kind === 'pre-activation' ? beforeActivation : afterActivation;
  return ops.flatMap((op) =>
    op.convolution ? [{ op, kind: op.convolution.kind, ...find(op, graph.following(op)) }] : [],
  );
}

/**
 * An activation written out in several operations (SiLU, hard swish, GELU) ends where its branches meet;
 * any other is one operation. A scale right after the meeting point (the sixth of hard swish) belongs to it,
 * and so do a gate and the rounding of a quantised network: the next layer sees gated and rounded maps.
 */
function afterActivation(origin: Op, following: readonly Following[]): Found {
  const fused = origin.convolution?.fused ?? null;
  const meeting = following.findLastIndex((op) => op.role === 'combine' && !op.isGate);
  const single = following.findIndex((op) => op.role === 'activation');
  const linear = following.findLastIndex((op) => op.role === 'linear' || op.isGate);
  const end = fused !== null ? -1 : meeting >= 0 ? meeting : single >= 0 ? single : linear;
  const functions = following
    .slice(0, end + 1)
    .filter((op) => op.role === 'activation' || op.role === 'combine');
  let tensor = following[end]?.output ?? origin.output;
  let rounded = tensor;
  for (const op of following.slice(end + 1)) {
    if (!op.inputs.includes(rounded)) continue;
    if (op.isGate) functions.push(op);
    if (
      op.isGate ||
      (SCALES.has(op.type) && op.role === 'linear' && end === meeting && end >= 0 && rounded === tensor)
    ) {
      tensor = rounded = op.output;
    } else if (op.role === 'quantize' || op.role === 'dequantize') rounded = op.output;
    if (op.role === 'dequantize') tensor = rounded;
  }
  const names = [...(fused === null ? [] : [fused]), ...functions.map((op) => op.type)];
  return { tensor, activation: names.length === 0 ? null : names.join(' + ') };
}

/** The convolution with its bias and batch norm, up to where an activation reads it. */
function beforeActivation(origin: Op, following: readonly Following[]): Found {
  const fused = origin.convolution?.fused ?? null;
  if (fused !== null) {
    const reason = `'${fused}' is a part of the convolution: no tensor holds what comes before it`;
    return { tensor: origin.output, activation: fused, reason };
  }
  const maps = [origin, ...linearRun(origin, following)].filter(({ role }) => role !== 'quantize');
  return { tensor: maps.at(-1)?.output ?? origin.output, activation: null };
}

/** What moves each unit of `origin` by constants, one operation after another, before an activation reads it. */
function linearRun(origin: Op, following: readonly Following[]): Op[] {
  const run: Op[] = [];
  for (let current = origin.output; ;) {
    const [reader, ...more] = following.filter((op) => op.inputs.includes(current));
    const passes = reader?.role === 'linear' || reader?.role === 'quantize' || reader?.role === 'dequantize';
    if (reader === undefined || more.length > 0 || !passes) return run;
    run.push(reader);
    current = reader.output;
  }
}

/**
 * The tensors in which a unit is to be 0 so that it is 0 before its activation, whoever reads it: the last one that its
 * bias and batch norm make, and earlier ones of which another operation reads too (a shortcut past the norm).
 */
export function unitTensors({ op, kind }: Tap, ops: readonly Op[]): string[] {
  const graph = new OpGraph(ops);
  const following = graph.following(op);
  const run = [op, ...linearRun(op, kind === 'block' ? ownOf(op, following, graph) : following)];
  // Integers of a quantised network have their 0 elsewhere.
  while (run.at(-1)?.role === 'quantize') run.pop();
  return run.flatMap(({ output }, i) => {
    const last = i === run.length - 1;
    return last || graph.readers(output).some((reader) => reader.output !== run[i + 1]?.output)
      ? [output]
      : [];
  });
}

/** Every addition of two streams of maps, with the activation that follows it. */
function blockOutputs(graph: OpGraph): Tap[] {
  // An addition inside one convolution's activation (GELU is one) joins no streams.
  const inner = new Set(
    graph.ops.filter((op) => op.convolution).flatMap((op) => graph.following(op).map(({ output }) => output)),
  );
  return graph.ops
    .filter((op) => op.role === 'combine' && SUMS.has(op.type) && !inner.has(op.output))
    .filter((op) => new Set(op.inputs).size > 1)
    .map((op) => ({ op, kind: 'block', ...blockOutput(op, graph) }));
}

function blockOutput(sum: Op, graph: OpGraph): Found {
  const own = ownOf(sum, graph.following(sum), graph);
  return own.length === 0 ? { tensor: sum.output, activation: null } : afterActivation(sum, own);
}

/** What follows a sum within its block; nothing where the sum itself leaves it. */
function ownOf(sum: Op, following: readonly Following[], graph: OpGraph): readonly Following[] {
  // A normalisation opens the next block. Where the sum itself goes on as the next shortcut, it is what leaves.
  const norm = following.findIndex((op) => /norm/i.test(op.type));
  const own = norm >= 0 ? following.slice(0, norm) : following;
  const leaves = graph.readers(sum.output).some((reader) => own.every((op) => op.output !== reader.output));
  return leaves ? [] : own;
}
