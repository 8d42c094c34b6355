import { type Image, loadSharp } from '../decode/decode-image.js';
import { PreprocessError } from '../errors.js';
import type { Preprocess } from './preprocess-spec.js';
import { pillowResize } from './resample/pillow-resize.js';
import { centreCrop, shorterSideSize } from './resample/torchvision-sizes.js';

export interface InputShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * An image as the network takes it: [y][x][channel] floats. Grey becomes RGB by repetition, RGB grey by
 * its luma (ITU-R BT.601). An image that has the network's size already is not resampled.
 * Throws PreprocessError where the network takes neither 1 nor 3 channels.
 */
export async function preprocess(image: Image, spec: Preprocess, target: InputShape): Promise<Float32Array> {
  const { channels } = target;
  if (channels !== 1 && channels !== 3) {
    throw new PreprocessError(`an image has 1 or 3 channels, the network takes ${channels}`);
  }
  if (channels === 1 && (spec.mean.length !== 1 || spec.std.length !== 1)) {
    throw new PreprocessError(
      'preprocess.mean and std: expected one number for a network of one channel, found three',
    );
  }
  const sized =
    spec.fit === 'resize-crop' ? resizeAndCrop(image, spec, target) : await resize(image, spec, target);
  const values = new Float32Array(target.height * target.width * channels);
  const last = channels - 1;
  for (let pixel = 0; pixel < target.height * target.width; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      const colour = spec.colours === 'bgr' ? last - channel : channel;
      const mean = spec.mean[channel] ?? spec.mean[0] ?? 0;
      const std = spec.std[channel] ?? spec.std[0] ?? 1;
      values[pixel * channels + channel] =
        (valueAt(sized, pixel, colour, channels) * spec.scale - mean) / std;
    }
  }
  return values;
}

function valueAt(image: Image, pixel: number, channel: number, wanted: number): number {
  const { data } = image;
  if (image.channels === 1) return data[pixel] ?? 0;
  const at = pixel * 3;
  if (wanted === 3) return data[at + channel] ?? 0;
  return 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
}

/** What torchvision's Resize and CenterCrop do to a PIL image. */
function resizeAndCrop(image: Image, spec: Preprocess, target: InputShape): Image {
  const shorter = spec.shorterSide ?? Math.round(Math.min(target.width, target.height) / spec.crop);
  const { width, height } = shorterSideSize(image, shorter);
  return centreCrop(pillowResize(image, width, height, spec.resize), target);
}

async function resize(image: Image, spec: Preprocess, target: InputShape): Promise<Image> {
  const { height, width } = target;
  const part = spec.fit === 'crop' ? centredPart(image, spec.crop, target) : wholeOf(image);
  const whole = part.width === image.width && part.height === image.height;
  if (whole && image.width === width && image.height === height) return image;
  const sharp = await loadSharp();
  const { data, info } = await sharp(image.data, {
    raw: { width: image.width, height: image.height, channels: image.channels },
    limitInputPixels: false,
  })
    .extract(part)
    .resize(width, height, {
      fit: spec.fit === 'pad' ? 'contain' : 'fill',
      kernel: spec.resize,
      background: '#000',
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width, height, channels: info.channels === 1 ? 1 : 3, data };
}

interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function wholeOf(image: Image): Part {
  return { left: 0, top: 0, width: image.width, height: image.height };
}

/**
 * What a network of this aspect (width by height) sees of an image; of `resize-crop` as near as pixels of the image tell.
 * `inputSide`: pixels of its shorter side, where `shorterSide` says how much is cut off.
 */
export function seenPart(image: Image, spec: Preprocess, aspect: number, inputSide?: number): Part {
  if (spec.fit === 'stretch' || spec.fit === 'pad') return wholeOf(image);
  const known = spec.shorterSide !== undefined && inputSide !== undefined;
  const share = known ? Math.min(1, inputSide / (spec.shorterSide ?? inputSide)) : spec.crop;
  return centredPart(image, share, { width: aspect, height: 1 });
}

/** The largest centred part of the target's aspect, and of that the centred share `crop`. */
function centredPart(
  image: Image,
  crop: number,
  target: { readonly width: number; readonly height: number },
): Part {
  const scale = Math.min(image.width / target.width, image.height / target.height) * crop;
  const width = Math.max(1, Math.min(image.width, Math.round(target.width * scale)));
  const height = Math.max(1, Math.min(image.height, Math.round(target.height * scale)));
  return {
    left: Math.floor((image.width - width) / 2),
    top: Math.floor((image.height - height) / 2),
    width,
    height,
  };
}
