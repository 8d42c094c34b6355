/** How an image's bytes are to be read: raw pixels (height × width × channels, 8 bit), or a file format. */
export type Encoding = `raw/${number}x${number}x${number}` | 'png' | 'jpeg';

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
