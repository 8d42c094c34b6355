import type { TapKind } from '@unitscope/plan';
import { AblationError, UnknownLayerError } from '../errors.js';
import { uniqueNames, type Layer } from '../layer.js';
import type { InputSize } from '../model.js';
import type { Op, Role } from '../graph/op-graph.js';
import { nearest } from '@unitscope/base';
import type { ShapeOf } from '../graph/chain.js';
import { findTaps, unitTensors, type Tap, type UnitTensor } from '../graph/taps.js';

/**
 * A classifier of which units of one layer can be switched off. A unit that is ablated is 0 before its activation, in
 * every pixel: what zeroing its kernel, its bias and the scale and shift of its batch norm comes to. The other units of
 * the layer, and all that comes before it, keep their floats.
 */
export interface AblatedNetwork {
  /** The backend and its version. */
  readonly backend: string;
  readonly input: InputSize;
  readonly layer: Layer;
  /** How many classes its output scores. */
  readonly classes: number;
  /** Images a run, where the network fixes it; null: any number. */
  readonly batch: number | null;
  /** Floats an image that are held between what comes before the layer and what comes after it. */
  readonly floats: number;
  /** Runs `count` images (NHWC, preprocessed) up to the layer; one batch at a time is held. */
  begin(images: Float32Array, count: number): Promise<AblatedBatch>;
  dispose(): Promise<void>;
}

/** Some images that have been run up to the layer. */
export interface AblatedBatch {
  /** The scores [image][class], before a softmax, with the units ablated whose entry is not 0. */
  scores(ablated: Uint8Array): Promise<Float32Array>;
  /** The layer's maps where its tap looks, [image][unit][y·x], with these units ablated. */
  maps(ablated: Uint8Array): Promise<Float32Array>;
  dispose(): void;
}

/** The layer to ablate: its tap, and the tensors in which its units are made 0. */
export interface AblatedLayer {
  readonly tap: Tap;
  readonly name: string;
  readonly index: number;
  readonly cut: readonly UnitTensor[];
}

// An ablated unit that leaves one of these is 0 as well: where no tensor holds what comes before, its output is taken.
const ZERO_AT_ZERO = /^(relu6?|leaky_?relu|prelu|elu|selu|tanh|linear|swish|silu)$/i;

/** Finds the layer of this name. Throws UnknownLayerError and AblationError. */
export function ablatedLayer(
  path: string,
  ops: readonly Op[],
  name: string,
  kind: TapKind | undefined,
  shapeOf: ShapeOf,
): AblatedLayer {
  const taps = findTaps(ops, kind, shapeOf);
  const names = uniqueNames(taps.map((tap) => tap.op.name));
  const index = names.indexOf(name);
  const tap = taps[index];
  if (tap === undefined) throw new UnknownLayerError(`${path}: ${unknown(name, names, ops)}`);
  const fused = tap.op.convolution?.fused ?? null;
  if (fused !== null && !ZERO_AT_ZERO.test(fused)) {
    throw new AblationError(
      `${path}: layer '${name}' cannot be ablated: '${fused}' is a part of the convolution, and no tensor holds what comes before it`,
    );
  }
  return { tap, name, index, cut: unitTensors(tap, ops, shapeOf) };
}

function unknown(name: string, names: readonly string[], ops: readonly Op[]): string {
  const other = ops.find((op) => op.name === name);
  if (other !== undefined) {
    return (
      `'${name}' (${other.type}) makes no maps that are looked at: only convolutions, or residual blocks, have units, ` +
      `and a ranking needs what was measured of them; the layers are ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
    );
  }
  const near = nearest(name, names);
  const hint =
    near === null
      ? `its layers are ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
      : `did you mean '${near}'?`;
  return `no layer is called '${name}'; ${hint}`;
}

// What may stand between a softmax and the output of the network.
const PASSES: ReadonlySet<Role> = new Set(['pass', 'shape']);

/**
 * The tensor of the class scores before a softmax, if one makes the network's output. Throws AblationError where the
 * network has several outputs and none was named, or where its classes do not exclude each other.
 */
export function scoresTensor(
  path: string,
  ops: readonly Op[],
  outputs: readonly string[],
  wanted: string | undefined,
): string {
  const [only, ...more] = outputs;
  const output = wanted ?? only;
  if (output === undefined || !outputs.includes(output) || (wanted === undefined && more.length > 0)) {
    const found = wanted === undefined ? `found ${outputs.length}` : `found no '${wanted}'`;
    throw new AblationError(
      `${path}: expected one output of class scores, ${found}; name it: ${outputs.join(', ')}`,
    );
  }
  const makerOf = new Map(ops.map((op) => [op.output, op]));
  let maker = makerOf.get(output);
  while (maker !== undefined && PASSES.has(maker.role)) maker = makerOf.get(maker.inputs[0] ?? '');
  if (maker?.meaning?.scores === 'softmax') return maker.inputs[0] ?? output;
  if (maker?.meaning?.scores === 'sigmoid') {
    throw new AblationError(
      `${path}: its output '${output}' ends in a sigmoid: expected scores of classes that exclude each other`,
    );
  }
  return output;
}

/** How many classes an output of these sizes scores. Throws AblationError. */
export function classesOf(path: string, name: string, [, ...sizes]: readonly number[]): number {
  const classes = sizes.reduce((product, size) => product * size, 1);
  if (classes < 2 || sizes.filter((size) => size > 1).length !== 1) {
    throw new AblationError(
      `${path}: expected scores of two classes or more in its output '${name}', found the sizes [${['images', ...sizes].join(', ')}]`,
    );
  }
  return classes;
}
