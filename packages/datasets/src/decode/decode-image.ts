import type Sharp from 'sharp';
import { BYTES_A_PIXEL, ownMemory, type DecodeMemory } from './decode-memory.js';
import { UnreadableImageError } from '../errors.js';

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
  /** What may be taken by images that are decoded at once. Default: a quarter of the machine's memory. */
  readonly memory?: DecodeMemory | undefined;
  /** What messages call the image. */
  readonly name?: string;
  /** apply: embedded profiles turn the colours to sRGB; default: ignore, as Pillow does. */
  readonly colourProfiles?: 'ignore' | 'apply';
  /** What becomes of 16-bit grey: its upper byte (scale, the default), or what is above 255 is 255 (clip), as in Pillow. */
  readonly grey16?: 'scale' | 'clip';
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

/** Rises when the pixels of an image change by our own doing: 2: profiles are ignored, CMYK by Pillow's formula. */
const DECODING = 2;

/** What decodes and resizes, with versions, for content keys. */
export async function imageLibraryId(): Promise<string> {
  const { versions } = await loadSharp();
  return `sharp ${versions.sharp} libvips ${versions.vips} decoding ${DECODING}`;
}

/**
 * Decodes an image to 8-bit grey or RGB as Python's `Image.open(…).convert('RGB')` does: transparency is dropped, neither
 * colour profiles nor orientation tags are applied, CMYK is turned by Pillow's formula, 16-bit colours lose their lower
 * byte. Of the file formats the bytes themselves decide: a PNG is read whatever it is called. Throws UnreadableImageError.
 */
export async function decodeImage(
  bytes: Uint8Array,
  encoding: string,
  options: DecodeOptions = {},
): Promise<Image> {
  const raw = rawImage(bytes, encoding, options);
  if (raw !== null) return raw;
  return await decoding(options, async () => {
    const image = await opened(bytes, options);
    try {
      return await decoded(image, bytes, options);
    } finally {
      image.give();
    }
  });
}

interface Opened {
  readonly source: ReturnType<typeof Sharp>;
  readonly space: string;
  /** Gives back the memory that decoding it takes. */
  readonly give: () => void;
}

async function decoded({ source, space }: Opened, bytes: Uint8Array, options: DecodeOptions): Promise<Image> {
  const isGrey = space === 'b-w' || space === 'grey16';
  if (options.colourProfiles !== 'apply') {
    if (space === 'cmyk') return rgbOfCmyk(await pixels(source.pipelineColourspace('cmyk'), 'cmyk'));
    if (space === 'grey16')
      return deepGrey(await pixels(source.removeAlpha(), 'grey16', 'ushort'), bytes, options);
  }
  const { data, width, height, channels } = await pixels(source.removeAlpha(), isGrey ? 'b-w' : 'srgb');
  return { width, height, channels: channels === 1 ? 1 : 3, data };
}

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

async function pixels(source: ReturnType<typeof Sharp>, space: string, depth = 'uchar'): Promise<Pixels> {
  const { data, info } = await source
    .toColourspace(space)
    .raw({ depth: depth as 'uchar' | 'ushort' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** (255 − K) − (255 − K) · C / 255, rounded as Pillow rounds it; `data` holds C, M, Y, K. */
function rgbOfCmyk({ data, width, height }: Pixels): Image {
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    const light = 255 - (data[from + 3] as number);
    for (let ink = 0; ink < 3; ink++) {
      const product = (data[from + ink] as number) * light + 128;
      rgb[to++] = Math.max(0, light - (((product >> 8) + product) >> 8));
    }
  }
  return { width, height, channels: 3, data: rgb };
}

function deepGrey(
  { data, width, height }: Pixels,
  bytes: Uint8Array,
  { grey16 = 'scale' }: DecodeOptions,
): Image {
  const deep = new Uint16Array(data.buffer, data.byteOffset, width * height);
  // Pillow clips grey alone: of grey with transparency it takes the upper byte.
  const clips = grey16 === 'clip' && bytes[PNG_COLOUR_TYPE] === 0;
  return {
    width,
    height,
    channels: 1,
    data: Uint8Array.from(deep, clips ? (value) => Math.min(255, value) : (value) => value >> 8),
  };
}

/** Place of the colour type in a PNG's header; 0 is grey. */
const PNG_COLOUR_TYPE = 25;

/** Decodes an image to see that it can be, and as much smaller as its format allows. Throws UnreadableImageError. */
export async function checkImage(
  bytes: Uint8Array,
  encoding: string,
  options: DecodeOptions = {},
): Promise<void> {
  if (rawImage(bytes, encoding, options) !== null) return;
  await decoding(options, async () => {
    const { source, give } = await opened(bytes, options);
    try {
      await source.resize(16, 16, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer();
    } finally {
      give();
    }
  });
}

async function opened(
  bytes: Uint8Array,
  { maxPixels = DEFAULT_MAX_PIXELS, memory = ownMemory, colourProfiles }: DecodeOptions,
): Promise<Opened> {
  const sharp = await loadSharp();
  const ignoreIcc = colourProfiles !== 'apply';
  const source = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error', ignoreIcc });
  const { format, width, height, space } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (!FORMATS.includes(format)) throw new Error(`expected PNG, JPEG or WebP, found ${format}`);
  if (width * height > maxPixels) {
    throw new Error(
      `${width}×${height} pixels are more than ${maxPixels}; images.maxPixels raises the limit`,
    );
  }
  const give = await memory.take(width * height * BYTES_A_PIXEL);
  return { source, space, give };
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
