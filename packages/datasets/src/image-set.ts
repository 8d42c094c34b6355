import { extname } from 'node:path';

/**
 * How an image's bytes are to be read: raw pixels (height × width × channels, 8 bit), or a file format. `image` is
 * any of the formats, as the bytes themselves say.
 */
export type Encoding = `raw/${number}x${number}x${number}` | 'png' | 'jpeg' | 'webp' | 'image';

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
};

/** The encoding that a file's name says, or undefined where it names no image. */
export function encodingOf(name: string): Encoding | undefined {
  return ENCODINGS[extname(name).toLowerCase()];
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
