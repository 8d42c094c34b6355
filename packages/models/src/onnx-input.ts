import { UnsupportedModelError } from './errors.js';
import type { InputSize, OpenOptions } from './model.js';
import { FLOAT, FLOAT16, sizeOf, type OnnxFile } from './onnx-file.js';

/** The one input of an ONNX model, which takes images. */
export interface OnnxInput extends InputSize {
  readonly name: string;
  /** Images a run, where the model fixes it; null: any number. */
  readonly batch: number | null;
  readonly channelsLast: boolean;
  /** What the network takes; it is fed with float32 all the same. */
  readonly type: 'float32' | 'float16';
}

const IMAGE_CHANNELS = [1, 3, 4];

/** Finds the image input. Throws UnsupportedModelError where there is none, or its size is left open. */
export function onnxInput(path: string, file: OnnxFile, options: OpenOptions): OnnxInput {
  // Older files list their weights among the inputs.
  const inputs = file.graph.input.filter((input) => !file.initializers.has(input.name));
  const [input] = inputs;
  const type = input?.type?.tensorType;
  const sizes = (type?.shape?.dim ?? []).map(sizeOf);
  const isFloat = type?.elemType === FLOAT || type?.elemType === FLOAT16;
  if (input === undefined || inputs.length !== 1 || !isFloat || sizes.length !== 4) {
    const found = inputs.map((candidate) => candidate.name).join(', ');
    throw new UnsupportedModelError(
      `${path}: expected one float32 or float16 input of images [batch, channels, height, width], found ${inputs.length} (${found}) of ${sizes.length} dimensions`,
    );
  }
  const [batch = null, second = null, third = null, last = null] = sizes;
  const looksLast = last !== null && IMAGE_CHANNELS.includes(last);
  const looksFirst = second !== null && IMAGE_CHANNELS.includes(second);
  const channelsLast = looksLast && !looksFirst;
  const channels = channelsLast ? last : second;
  const height = (channelsLast ? second : third) ?? options.inputSize?.height;
  const width = (channelsLast ? third : last) ?? options.inputSize?.width;
  if (channels === null) {
    throw new UnsupportedModelError(
      `${path}: its input '${input.name}' does not say how many channels it takes`,
    );
  }
  if (height === undefined || width === undefined) {
    throw new UnsupportedModelError(
      `${path}: the model takes images of any size; say at which height and width it is to be run`,
    );
  }
  const feed = type.elemType === FLOAT16 ? 'float16' : 'float32';
  return { name: input.name, batch, channelsLast, channels, height, width, type: feed };
}
