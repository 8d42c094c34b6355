import { loadSharp, type Image } from '../decode/decode-image.js';
import { seenPart } from './preprocess.js';
import type { Preprocess } from './preprocess-spec.js';

export interface ShownImage {
  readonly type: 'image/png' | 'image/webp';
  readonly bytes: Uint8Array;
}

export interface ShownImageOptions {
  /** At most so many pixels on the longer side; an image is never enlarged. */
  readonly side: number;
  /** Width by height of what the network takes. */
  readonly aspect: number;
  /** Pixels of the network's shorter side, where it is known. */
  readonly inputSide?: number | undefined;
}

/** Smaller images are pixel for pixel what they are. */
const LOSSLESS_SIDE = 64;

/** An image for a person to look at: the part that the network sees, in the image's own colours. */
export async function shownImage(
  image: Image,
  spec: Preprocess,
  { side, aspect, inputSide }: ShownImageOptions,
): Promise<ShownImage> {
  const part = seenPart(image, spec, aspect, inputSide);
  // `stretch` and `pad` show all of the image in the network's aspect.
  const longer = Math.max(1, Math.min(side, Math.max(part.width, part.height)));
  const [width, height] =
    aspect >= 1 ? [longer, Math.round(longer / aspect)] : [Math.round(longer * aspect), longer];
  const sharp = await loadSharp();
  const shown = sharp(image.data, {
    raw: { width: image.width, height: image.height, channels: image.channels },
    limitInputPixels: false,
  })
    .extract(part)
    .resize(Math.max(1, width), Math.max(1, height), {
      fit: spec.fit === 'pad' ? 'contain' : 'fill',
      background: '#000',
    });
  const isSmall = longer <= LOSSLESS_SIDE;
  const bytes = await (isSmall ? shown.png() : shown.webp({ quality: 82 })).toBuffer();
  return { type: isSmall ? 'image/png' : 'image/webp', bytes };
}
