import { RescaleError, UnknownLayerError } from './errors.js';
import { modelFiles } from './model-files.js';
import { rescaleOnnx } from './rescale-onnx.js';
import { rescaleLayersModel } from './rescale-tfjs.js';
import type { RescalePlan } from './rescale-plan.js';
import type { Op } from './op-graph.js';

export interface RescaleOptions {
  /** The convolution, by its layer's name. */
  readonly layer: string;
  /** c > 0: weights and bias × c, the weights of what reads the layer × 1/c. */
  readonly factor: number;
  /** What is multiplied: the convolution (the default), or gain and shift of the batch norm after it. */
  readonly at?: 'convolution' | 'normalisation';
  /** Write it also where the network will compute something else (ReLU6, SiLU, batch norm after the convolution). */
  readonly force?: boolean;
}

/** What a rescaling did, by the names of layers. */
export interface Rescaling {
  readonly scaled: string;
  readonly divided: readonly string[];
  /** Why the network computes something else now; empty where it does not. */
  readonly obstacles: readonly string[];
}

/**
 * Writes the checkpoint at `from` with one layer rescaled (docs/method.md, section 3.2): an ONNX file to the file `to`, a
 * tfjs layers model to the folder `to`. Throws RescaleError where the network would compute something else, unless
 * `force`, and UnknownLayerError.
 */
export async function rescaleModel(from: string, to: string, options: RescaleOptions): Promise<Rescaling> {
  const { factor } = options;
  if (!(factor > 0 && Number.isFinite(factor))) {
    throw new RescaleError(`factor: expected a finite number above 0, found ${factor}`);
  }
  const { format, files } = await modelFiles(from);
  const entry = files[0]?.path ?? from;
  if (format === 'tfjs-graph') {
    throw new RescaleError(`${from}: expected an ONNX file or a tfjs layers model, found a tfjs graph model`);
  }
  const { scaled, divided, obstacles } =
    format === 'onnx' ? await rescaleOnnx(entry, to, options) : await rescaleLayersModel(entry, to, options);
  return { scaled: scaled.name, divided: divided.map(({ name }) => name), obstacles };
}

/** The convolution of this name. Throws UnknownLayerError. */
export function convolutionNamed(path: string, ops: readonly Op[], name: string): Op {
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
export function refuseObstacles(
  path: string,
  { obstacles }: RescalePlan,
  { layer, force }: RescaleOptions,
): void {
  if (obstacles.length === 0 || force === true) return;
  throw new RescaleError(
    `${path}: layer '${layer}' cannot be rescaled without changing what the network computes: ${obstacles.join(', ')}`,
  );
}
