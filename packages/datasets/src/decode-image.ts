import type Sharp from 'sharp';
import { UnreadableImageError } from './errors.js';

/** 8-bit pixels, [y][x][channel], grey or RGB. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

export interface DecodeOptions {
  /** Larger images are refused before they are decoded. */
  readonly maxPixels?: number;
  /** What messages call the image. */
  readonly name?: string;
}

const DEFAULT_MAX_PIXELS = 50_000_000;
const RAW = /^raw\/(\d+)x(\d+)x([13])$/;

let sharpLoaded: Promise<typeof Sharp> | undefined;

/** sharp, loaded when the first image needs it. */
export async function loadSharp(): Promise<typeof Sharp> {
  sharpLoaded ??= import('sharp').then(({ default: sharp }) => {
    // Images are decoded by many tasks at once, each of which needs one thread.
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return await sharpLoaded;
}

/** What decodes and resizes, with versions, for content keys. */
export async function imageLibraryId(): Promise<string> {
  const { versions } = await loadSharp();
  return `sharp ${versions.sharp} libvips ${versions.vips}`;
}

/**
 * Decodes an image to 8-bit grey or RGB. Transparency is dropped and orientation tags are not applied, as
 * Python's `Image.open(…).convert('RGB')` does. Throws UnreadableImageError.
 */
export async function decodeImage(
  bytes: Uint8Array,
  encoding: string,
  { maxPixels = DEFAULT_MAX_PIXELS, name = 'image' }: DecodeOptions = {},
): Promise<Image> {
  const raw = RAW.exec(encoding);
  if (raw) return rawImage(bytes, raw.slice(1).map(Number), name);
  if (encoding !== 'png' && encoding !== 'jpeg') {
    throw new UnreadableImageError(`${name}: expected the encoding raw, png or jpeg, found '${encoding}'`);
  }
  const sharp = await loadSharp();
  try {
    const source = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' });
    const { format, width, height, space } = await source.metadata();
    if (format !== encoding) throw new Error(`expected ${encoding}, found ${format}`);
    if (width * height > maxPixels) throw new Error(`${width}x${height} is more than ${maxPixels} pixels`);
    const { data, info } = await source
      .removeAlpha()
      .toColourspace(space === 'b-w' || space === 'grey16' ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const channels = info.channels === 1 ? 1 : 3;
    return { width: info.width, height: info.height, channels, data };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnreadableImageError(`${name}: cannot be decoded: ${reason}`, { cause });
  }
}

function rawImage(bytes: Uint8Array, sizes: readonly number[], name: string): Image {
  const [height = 0, width = 0, channels = 0] = sizes;
  if (bytes.length !== height * width * channels) {
    throw new UnreadableImageError(
      `${name}: expected ${height * width * channels} bytes of ${height}x${width}x${channels}, found ${bytes.length}`,
    );
  }
  return { width, height, channels: channels === 1 ? 1 : 3, data: bytes };
}
