import { RescaleError, UnknownLayerError } from '../errors.js';
import type { Role } from '../graph/meaning.js';
import type { Op } from '../graph/op-graph.js';

export interface RescaleOptions {
  /** The convolution, by its layer's name. */
  readonly layer: string;
  /** c > 0: weights and bias × c, the weights of what reads the layer × 1/c. */
  readonly factor: number;
  /** What is multiplied: the convolution (the default), or gain and shift of the batch norm after it. */
  readonly at?: 'convolution' | 'normalisation';
  /** Write it also where the network will compute something else (ReLU6, SiLU, batch norm after the convolution). */
  readonly force?: boolean;
  /** Leaves what reads the convolution as it is: the network computes something else, as it is meant to. */
  readonly alone?: boolean;
}

/** Which operations a rescaling touches. */
export interface RescalePlan {
  /** Its weights and bias are multiplied: the convolution, or the normalisation after it. */
  readonly scaled: Op;
  /** Their weights, not their biases, are divided: everything that reads the layer. */
  readonly divided: readonly Op[];
  /** Why the network will not compute what it did, where that is so. */
  readonly obstacles: readonly string[];
}

const holdsWeights = ({ role, meaning, inputs }: Op): boolean =>
  role === 'convolution' || (meaning?.dense === true && inputs.length === 1);

/** f(c·x) = c·f(x) for c > 0. */
const isHomogeneous = ({ meaning, clamp }: Op): boolean =>
  meaning?.homogeneous === true && clamp === undefined;

// By the names that tfjs and ONNX use.
const HOMOGENEOUS_FUSED = /^(linear|relu|leaky_?relu|prelu)$/i;

/**
 * Finds what a rescaling touches. Throws UnknownLayerError, and RescaleError where there is nothing to divide or, unless
 * it is forced, the network would compute something else.
 */
export function rescalePlan(path: string, ops: readonly Op[], options: RescaleOptions): RescalePlan {
  const layer = convolutionNamed(path, ops, options.layer);
  if (options.alone === true && options.at === 'normalisation')
    throw new RescaleError(
      `layer '${layer.name}': expected the convolution to be rescaled alone, found its norm`,
    );
  if (options.alone === true) return { scaled: layer, divided: [], obstacles: [] };
  const plan = followedPlan(ops, layer, options.at ?? 'convolution');
  refuseObstacles(path, plan, options);
  return plan;
}

/**
 * Follows a layer's output to everything that reads it. At a bend (ReLU6, SiLU), a bias or a normalisation the factor does
 * not come through unchanged: an obstacle, and the search goes on; so at a SiLU that is written as x · sigmoid(x). Where
 * the maps meet those of other layers (a residual sum) or leave the network, there is nothing to divide. Throws
 * RescaleError.
 */
function followedPlan(ops: readonly Op[], layer: Op, at: 'convolution' | 'normalisation'): RescalePlan {
  const readers = (tensor: string): Op[] => ops.filter((op) => op.inputs.includes(tensor));
  const divided: Op[] = [];
  const obstacles: string[] = [];
  let scaled = at === 'convolution' ? layer : null;
  const queue = [layer];
  const followed = new Set(queue);
  const makers = new Map(ops.map((op) => [op.output, op]));
  if (layer.convolution?.fused != null && !HOMOGENEOUS_FUSED.test(layer.convolution.fused)) {
    obstacles.push(`the activation ${layer.convolution.fused} of ${layer.name}`);
  }
  for (let op = queue.shift(); op !== undefined; op = queue.shift()) {
    const next = readers(op.output);
    if (next.length === 0) {
      throw new RescaleError(
        `layer '${layer.name}': its maps leave the network at '${op.name}'; no layer reads them`,
      );
    }
    for (const reader of next) {
      if (holdsWeights(reader)) {
        divided.push(reader);
        continue;
      }
      if (followed.has(reader)) continue;
      const meets = reader.inputs.length > 1 || reader.role === 'combine';
      if (meets && !isOfLayerAlone(reader, layer, makers)) {
        throw new RescaleError(
          `layer '${layer.name}': expected one computed input at '${reader.name}' (${reader.type}), found ` +
            `${reader.inputs.length}; the next layer's weights cannot take the factor back`,
        );
      }
      if (meets) {
        if (reader.meaning?.joins !== 'sum') obstacles.push(`${reader.type} at ${reader.name}`);
      } else if (reader.type === 'BatchNormalization') {
        if (scaled === null) scaled = reader;
        else obstacles.push(`the normalisation ${reader.name}`);
      } else if (!isHomogeneous(reader)) {
        obstacles.push(`${reader.type} at ${reader.name}`);
      }
      followed.add(reader);
      queue.push(reader);
    }
  }
  if (scaled === null) throw new RescaleError(`layer '${layer.name}': no normalisation follows it`);
  return { scaled, divided: [...new Set(divided)], obstacles };
}

const KEEP_TO_THEMSELVES: ReadonlySet<Role> = new Set([
  'activation',
  'function',
  'linear',
  'pass',
  'combine',
  'norm',
]);

/** Whether what meets in an operation is all made of this layer's maps, value by value: x · sigmoid(x), not a gate. */
function isOfLayerAlone({ meaning, inputs }: Op, layer: Op, makers: ReadonlyMap<string, Op>): boolean {
  const isOfLayer = (tensor: string): boolean => {
    const maker = makers.get(tensor);
    if (maker === layer) return true;
    return maker !== undefined && KEEP_TO_THEMSELVES.has(maker.role) && maker.inputs.every(isOfLayer);
  };
  return meaning?.joins !== undefined && inputs.every(isOfLayer);
}

/** The convolution of this name. Throws UnknownLayerError. */
function convolutionNamed(path: string, ops: readonly Op[], name: string): Op {
  const convolutions = ops.filter((op) => op.convolution !== undefined);
  const found = convolutions.find((op) => op.name === name);
  if (found !== undefined) return found;
  throw new UnknownLayerError(
    `${path}: no convolution is called '${name}'; there are ${convolutions
      .slice(0, 8)
      .map((op) => op.name)
      .join(', ')}${convolutions.length > 8 ? ', …' : ''}`,
  );
}

/** Throws RescaleError where obstacles stand in the way of a rescaling that is not forced. */
function refuseObstacles(path: string, { obstacles }: RescalePlan, { layer, force }: RescaleOptions): void {
  if (obstacles.length === 0 || force === true) return;
  throw new RescaleError(
    `${path}: layer '${layer}' cannot be rescaled without changing what the network computes: ${obstacles.join(', ')}`,
  );
}
