import { nearest, type Json } from '@unitscope/base';
import { PreprocessError } from '../errors.js';

/** How an image becomes the input of a network. */
export interface Preprocess {
  /**
   * crop: the centred part of the network's aspect is resized; stretch: all of the image, distorted; pad: all of it, with
   * black bars; resize-crop: the shorter side is resized, then whole pixels are cut from the centre, as torchvision does.
   */
  readonly fit: 'crop' | 'stretch' | 'pad' | 'resize-crop';
  /** Share that is kept along each side: of the centred part, or of the resized image; 0.875 is torchvision's 224 of 256. */
  readonly crop: number;
  /** resize-crop: pixels of the shorter side; default: the network's shorter side / crop. */
  readonly shorterSide?: number;
  /** Kernel of resizing; antialiased where it shrinks. */
  readonly resize: 'nearest' | 'linear' | 'cubic' | 'lanczos3';
  /** Order of the colours. */
  readonly colours: 'rgb' | 'bgr';
  /** value = (pixel × scale − mean) / std; pixel 0 … 255. Mean and std have one number, or one a channel. */
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** How an image is decoded (DecodeOptions); default: ignore, scale. */
  readonly colourProfiles?: 'ignore' | 'apply';
  readonly grey16?: 'scale' | 'clip';
}

const UNIT: Preprocess = {
  fit: 'crop',
  crop: 1,
  resize: 'cubic',
  colours: 'rgb',
  scale: 1 / 255,
  mean: [0],
  std: [1],
};

const IMAGENET: Preprocess = {
  ...UNIT,
  crop: 0.875,
  resize: 'linear',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/** Presets by name. */
export const PREPROCESS_PRESETS: Readonly<Record<string, Preprocess>> = {
  /** 0 … 1 */
  unit: UNIT,
  /** The example CNN's: mean and deviation of the MNIST training images. */
  mnist: { ...UNIT, mean: [0.1307], std: [0.3081] },
  /** torchvision's ImageNet classifiers, nearly: cut first, resized by libvips */
  imagenet: IMAGENET,
  /** the same as torchvision does it, to the bit: Resize(256), CenterCrop(224), ToTensor, Normalize */
  torchvision: { ...IMAGENET, fit: 'resize-crop' },
  /** Keras' mode "caffe" (its VGG and ResNet): BGR, 0 … 255 less the ImageNet mean */
  'keras-caffe': {
    ...UNIT,
    crop: 0.875,
    resize: 'linear',
    colours: 'bgr',
    scale: 1,
    mean: [103.939, 116.779, 123.68],
  },
  /** −1 … 1 of the central 87.5 %: Inception and MobileNet as TensorFlow's Slim evaluates them; Keras' mode "tf" */
  inception: { ...UNIT, crop: 0.875, resize: 'linear', scale: 1 / 127.5, mean: [1] },
  mobilenet: { ...UNIT, crop: 0.875, resize: 'linear', scale: 1 / 127.5, mean: [1] },
  /** TensorFlow's EfficientNet-Lite */
  'efficientnet-lite': { ...UNIT, crop: 0.875, scale: 1, mean: [127], std: [128] },
  /** −1 … 1, as the MobileNets of tfjs take it */
  'tfjs-mobilenet': { ...UNIT, fit: 'stretch', resize: 'linear', scale: 1 / 127.5, mean: [1], std: [1] },
};

const CHOICES: Record<string, readonly string[]> = {
  fit: ['crop', 'stretch', 'pad', 'resize-crop'],
  resize: ['nearest', 'linear', 'cubic', 'lanczos3'],
  colours: ['rgb', 'bgr'],
  colourProfiles: ['ignore', 'apply'],
  grey16: ['scale', 'clip'],
};
const KEYS = [...Object.keys(UNIT), 'shorterSide', 'colourProfiles', 'grey16'];

/**
 * A preset's name, or an object of parts (with `preset` for those not given; default `unit`), to the whole
 * preprocessing. Two that say the same give the same JSON. Throws PreprocessError.
 */
export function parsePreprocess(given: unknown): Preprocess {
  if (typeof given === 'string') return preset(given);
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    throw new PreprocessError(
      `preprocess: expected the name of a preset or an object, found ${JSON.stringify(given)}`,
    );
  }
  const { preset: base = 'unit', ...parts } = given as Record<string, unknown>;
  for (const [key, value] of Object.entries(parts)) checkPart(key, value);
  const whole = { ...preset(base), ...parts } as Omit<Preprocess, 'mean' | 'std'> & {
    mean: number | readonly number[];
    std: number | readonly number[];
  };
  if (whole.shorterSide !== undefined && whole.fit !== 'resize-crop')
    throw new PreprocessError(
      `preprocess.shorterSide: expected with fit: resize-crop, found fit: ${whole.fit}`,
    );
  return { ...whole, mean: [whole.mean].flat(), std: [whole.std].flat() };
}

/** The same as plain JSON with its keys in one order, for content keys. */
export function preprocessJson(spec: Preprocess): Json {
  const { fit, crop, resize, colours, scale, mean, std, shorterSide, colourProfiles, grey16 } = spec;
  return {
    ...{ fit, crop, resize, colours, scale, mean: [...mean], std: [...std] },
    ...(shorterSide !== undefined && { shorterSide }),
    ...(colourProfiles === 'apply' && { colourProfiles }),
    ...(grey16 === 'clip' && { grey16 }),
  };
}

function preset(name: unknown): Preprocess {
  const found = typeof name === 'string' ? PREPROCESS_PRESETS[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(PREPROCESS_PRESETS);
  throw new PreprocessError(
    `preprocess: no preset ${JSON.stringify(name)}; expected ${names.join(', ')}${hint(String(name), names)}`,
  );
}

function hint(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === null ? '' : ` (did you mean '${near}'?)`;
}

function checkPart(key: string, value: unknown): void {
  const fail = (expected: string): never => {
    throw new PreprocessError(`preprocess.${key}: expected ${expected}, found ${JSON.stringify(value)}`);
  };
  if (!KEYS.includes(key)) {
    throw new PreprocessError(
      `preprocess.${key}: unknown key; expected preset, ${KEYS.join(', ')}${hint(key, KEYS)}`,
    );
  }
  const choices = CHOICES[key];
  const numbers = [value].flat();
  const finite = numbers.every((number) => typeof number === 'number' && Number.isFinite(number));
  if (choices !== undefined) {
    if (typeof value !== 'string' || !choices.includes(value)) fail(choices.join(' or '));
  } else if (key === 'crop') {
    if (typeof value !== 'number' || !(value > 0 && value <= 1)) fail('a number above 0 and at most 1');
  } else if (key === 'shorterSide') {
    if (!Number.isInteger(value) || Number(value) < 1 || Number(value) > 16_384)
      fail('a whole number of pixels from 1 to 16384');
  } else if (key === 'scale') {
    if (typeof value !== 'number' || !finite) fail('a number');
  } else if (!finite || (numbers.length !== 1 && numbers.length !== 3)) {
    fail('one number or three');
  } else if (key === 'std' && numbers.includes(0)) {
    fail('numbers other than 0');
  }
}
