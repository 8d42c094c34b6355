import { extname } from 'node:path';
import { MissingImagesError } from './errors.js';

/**
 * How an image's bytes are to be read: raw pixels (height × width × channels, 8 bit), or a file format. `image` is
 * any of the formats, as the bytes themselves say.
 */
export type Encoding = `raw/${number}x${number}x${number}` | 'png' | 'jpeg' | 'webp' | 'image';

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.jpe': 'jpeg',
  '.jfif': 'jpeg',
  '.webp': 'webp',
};

/** The encoding that a file's name says, or undefined where it names no image. */
export function encodingOf(name: string): Encoding | undefined {
  return ENCODINGS[extname(name).toLowerCase()];
}

/** Images that Pillow would read, and unitscope does not. */
const UNREAD = new Set('.bmp .dib .gif .tif .tiff .ppm .pgm .pbm .pnm .avif .heic .heif .jp2'.split(' '));

export function isUnread(name: string): boolean {
  return UNREAD.has(extname(name).toLowerCase());
}

/**
 * Refuses the files of a category if one of them is an image that is not read, where none of the same name is: it would be
 * left out in silence. Throws MissingImagesError.
 */
export function refuseUnread(place: string, names: readonly string[]): void {
  const stem = (name: string): string => name.slice(0, name.length - extname(name).length);
  const read = new Set(names.filter((name) => encodingOf(name) !== undefined).map(stem));
  const unread = names.filter((name) => isUnread(name) && !read.has(stem(name)));
  const [first] = unread;
  if (first === undefined) return;
  const many =
    unread.length === 1 ? `'${first}' is an image` : `${unread.length} files ('${first}', …) are images`;
  throw new MissingImagesError(
    `${place}: ${many} that unitscope does not read; move it away, or put a PNG of the same name beside it: python -c ` +
      `'import sys; from PIL import Image; [Image.open(p).convert("RGB").save(p.rsplit(".", 1)[0] + ".png") for p in ` +
      `sys.argv[1:]]' FILES   (pip install pillow)`,
  );
}

/** One image; its bytes and their encoding are all that a worker needs to decode it. */
export interface ImageRef {
  /** Unique within its category. */
  readonly label: string;
  readonly encoding: Encoding;
  bytes(): Promise<Uint8Array>;
}

/** Images by category. Categories and the images of each stand in an order that only the data decides. */
export interface ImageSet {
  readonly categories: readonly string[];
  /** Throws MissingImagesError where there is no such category, or it is empty. */
  images(category: string): Promise<readonly ImageRef[]>;
}
