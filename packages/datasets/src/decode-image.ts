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
const FORMATS = ['png', 'jpeg', 'webp'];
const ENCODINGS = [...FORMATS, 'image'];
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
 * Python's `Image.open(…).convert('RGB')` does. Of the file formats the bytes themselves decide: a PNG is read whatever
 * it is called. Throws UnreadableImageError.
 */
export async function decodeImage(
  bytes: Uint8Array,
  encoding: string,
  options: DecodeOptions = {},
): Promise<Image> {
  const raw = rawImage(bytes, encoding, options);
  if (raw !== null) return raw;
  const { data, info } = await decoding(options, async () => {
    const { source, isGrey } = await opened(bytes, options);
    return await source
      .removeAlpha()
      .toColourspace(isGrey ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  });
  return { width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3, data };
}

/** Decodes an image to see that it can be, and as much smaller as its format allows. Throws UnreadableImageError. */
export async function checkImage(
  bytes: Uint8Array,
  encoding: string,
  options: DecodeOptions = {},
): Promise<void> {
  if (rawImage(bytes, encoding, options) !== null) return;
  await decoding(options, async () => {
    const { source } = await opened(bytes, options);
    await source.resize(16, 16, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer();
  });
}

async function opened(
  bytes: Uint8Array,
  { maxPixels = DEFAULT_MAX_PIXELS }: DecodeOptions,
): Promise<{ source: ReturnType<typeof Sharp>; isGrey: boolean }> {
  const sharp = await loadSharp();
  const source = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' });
  const { format, width, height, space } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (!FORMATS.includes(format)) throw new Error(`expected PNG, JPEG or WebP, found ${format}`);
  if (width * height > maxPixels) {
    throw new Error(
      `${width}×${height} pixels are more than ${maxPixels}; images.maxPixels raises the limit`,
    );
  }
  return { source, isGrey: space === 'b-w' || space === 'grey16' };
}

async function decoding<T>({ name = 'image' }: DecodeOptions, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnreadableImageError(`${name}: cannot be decoded: ${reason}`, { cause });
  }
}

/** The image where its encoding is raw; null where it is a file format. */
function rawImage(bytes: Uint8Array, encoding: string, { name = 'image' }: DecodeOptions): Image | null {
  const raw = RAW.exec(encoding);
  if (raw === null) {
    if (ENCODINGS.includes(encoding)) return null;
    throw new UnreadableImageError(
      `${name}: expected the encoding raw, ${ENCODINGS.join(', ')}, found '${encoding}'`,
    );
  }
  const [height = 0, width = 0, channels = 0] = raw.slice(1).map(Number);
  if (bytes.length !== height * width * channels) {
    throw new UnreadableImageError(
      `${name}: expected ${height * width * channels} bytes of ${height}x${width}x${channels}, found ${bytes.length}`,
    );
  }
  return { width, height, channels: channels === 1 ? 1 : 3, data: bytes };
}
