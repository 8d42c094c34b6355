import { RescaleError } from '../errors.js';
import { modelFiles } from '../files/model-files.js';
import { rescaleOnnx } from './rescale-onnx.js';
import { rescaleLayersModel } from './rescale-tfjs.js';
import type { RescaleOptions } from './rescale-plan.js';

/** What a rescaling did, by the names of layers. */
export interface Rescaling {
  readonly scaled: string;
  readonly divided: readonly string[];
  /** Why the network computes something else now; empty where it does not. */
  readonly obstacles: readonly string[];
}

/**
 * Writes the checkpoint at `from` with one layer rescaled (docs/validity.md, Rescaling): an ONNX file to the file `to`, a
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
