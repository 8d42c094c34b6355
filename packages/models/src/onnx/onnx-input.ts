import { UnsupportedModelError } from '../errors.js';
import { imageSizeOf } from '../input-size.js';
import type { InputSize, OpenOptions } from '../model.js';
import { FLOAT, FLOAT16, sizeOf, type OnnxFile } from './onnx-file.js';
import { shapeText } from './onnx-outputs.js';
import { typeName } from './onnx-types.js';

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
    throw new UnsupportedModelError(
      `${path}: expected one float32 or float16 input of images [batch, channels, height, width], ` +
        `found ${foundInputs(inputs)}${typeRemedy(inputs)}`,
    );
  }
  const [batch = null, second = null, third = null, last = null] = sizes;
  const looksLast = last !== null && IMAGE_CHANNELS.includes(last);
  const looksFirst = second !== null && IMAGE_CHANNELS.includes(second);
  const channelsLast = looksLast && !looksFirst;
  const channels = channelsLast ? last : second;
  if (channels === null) {
    throw new UnsupportedModelError(
      `${path}: expected an input that says how many channels it takes, found ${foundInputs(inputs)}; ` +
        'export it with a fixed number of channels',
    );
  }
  const fixed = channelsLast ? { height: second, width: third } : { height: third, width: last };
  const size = imageSizeOf(path, fixed, options.inputSize);
  const feed = type.elemType === FLOAT16 ? 'float16' : 'float32';
  return { name: input.name, batch, channelsLast, channels, ...size, type: feed };
}

type GraphInput = OnnxFile['graph']['input'][number];

const MOST_NAMED = 4;

function foundInputs(inputs: readonly GraphInput[]): string {
  if (inputs.length === 0) return 'none';
  const named = inputs.slice(0, MOST_NAMED).map(({ name, type }) => {
    const tensor = type?.tensorType;
    if (!tensor) return `'${name}': no tensor`;
    const sizes = tensor.shape === null ? 'any shape' : shapeText(tensor.shape.dim.map(sizeOf));
    return `'${name}': ${typeName(tensor.elemType)} ${sizes}`;
  });
  return named.join(', ') + (inputs.length > MOST_NAMED ? `, … (${inputs.length} inputs)` : '');
}

/** The preprocessing whose values fit a network that takes the pixels as integers. */
const PIXELS: Readonly<Record<string, string>> = {
  uint8: 'give the pixels as they are: `preprocess: {scale: 1}`',
  int8: 'give the pixels less 128: `preprocess: {scale: 1, mean: 128}`',
};

/** How a network is to be changed that would take images if they were of another type. */
function typeRemedy(inputs: readonly GraphInput[]): string {
  const tensor = inputs.length === 1 ? inputs[0]?.type?.tensorType : undefined;
  if (tensor?.shape?.dim.length !== 4) return '';
  const type = typeName(tensor.elemType);
  if (type === 'float64' || type === 'bfloat16')
    return `; onnxruntime convolves no ${type}: export the network in float32 (PyTorch: model.float() before the export)`;
  const preprocessing = PIXELS[type];
  if (preprocessing === undefined) return '';
  return (
    `; put a cast in front: python -c 'import onnx; m = onnx.load("model.onnx"); i = m.graph.input[0]; t = i.type.tensor_type; ` +
    `m.graph.node.insert(0, onnx.helper.make_node("Cast", ["images"], [i.name], to=t.elem_type)); i.name = "images"; ` +
    `t.elem_type = 1; onnx.save(m, "float32.onnx")'   (pip install onnx), and ${preprocessing}`
  );
}
