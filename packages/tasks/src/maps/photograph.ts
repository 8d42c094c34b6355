import { createHash } from 'node:crypto';
import { decodeImage, parsePreprocess, shownImage, type ShownImage } from '@unitscope/datasets';
import type { Manifest, ManifestImage, ShownImages } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { InputChangedError, NoSuchImageError } from '../errors.js';
import type { ImageBytes } from '../inputs/image-bytes.js';
import { imageBytes } from '../resolve/found-inputs.js';

export interface PhotographOptions {
  /** At most so many pixels on the longer side. */
  readonly side: number;
  /** Width by height of what the network takes. */
  readonly aspect: number;
  /** Pixels of the network's shorter side, where it is known. */
  readonly inputSide?: number | undefined;
}

/** The images of a sweep, as the network sees them: only those that its manifest names, and only as they were. */
export class Photographs {
  readonly #source: ShownImages | null;
  readonly #store: ObjectStore;
  #bytes: Promise<ImageBytes> | null = null;
  readonly #byLabel = new Map<string, ReadonlyMap<string, ManifestImage>>();

  constructor({ source }: Pick<Manifest, 'source'>, store: ObjectStore) {
    this.#source = source.kind === 'models' ? source : (source.shown ?? null);
    this.#store = store;
  }

  /** Whether the sweep names images at all. */
  get named(): boolean {
    return this.#source !== null;
  }

  /** Whether the sweep names an image. */
  has(category: string, label: string): boolean {
    return this.#images(category).has(label);
  }

  /** Why some of these images have no photograph, in a sentence; null: all have one, or the sweep names no images. */
  lacking(category: string, labels: readonly string[]): string | null {
    if (this.#source === null) return null;
    const images = this.#images(category);
    const lacking = labels.filter((label) => !images.has(label));
    const [first] = lacking;
    if (first === undefined) return null;
    if (images.size === 0)
      return `the images that the spec names have no category ${JSON.stringify(category)}`;
    const [other = ''] = images.keys();
    const [found, expected] = [first, other].map((label) => JSON.stringify(label));
    return lacking.length === labels.length
      ? `the images that the spec names are called otherwise: ${expected} there, ${found} in the files`
      : `the spec names no image for ${lacking.length} of these ${labels.length}, such as ${found}`;
  }

  /** The part that the network sees, small, as a PNG or WebP. Throws NoSuchImageError, InputChangedError, UnreadableImageError. */
  async shown(category: string, label: string, options: PhotographOptions): Promise<ShownImage> {
    const source = this.#source;
    const image = this.#images(category).get(label);
    if (source === null || image === undefined) {
      throw new NoSuchImageError(
        `no image ${JSON.stringify(label)} in the category ${JSON.stringify(category)}`,
      );
    }
    this.#bytes ??= imageBytes(source, image, this.#store);
    const bytes = await (await this.#bytes).bytes(category, image);
    if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== image.sha256) {
      const found = bytes === undefined ? 'is gone' : 'has changed';
      throw new InputChangedError(`image ${category}/${label} ${found} since the sweep was resolved`);
    }
    const preprocess = parsePreprocess(source.preprocess);
    const { colourProfiles = 'ignore', grey16 = 'scale' } = preprocess;
    const how = { maxPixels: source.maxPixels, name: `${category}/${label}`, colourProfiles, grey16 };
    return await shownImage(await decodeImage(bytes, image.encoding, how), preprocess, options);
  }

  #images(category: string): ReadonlyMap<string, ManifestImage> {
    let images = this.#byLabel.get(category);
    if (images === undefined) {
      const found = this.#source?.categories.find(({ label }) => label === category)?.images ?? [];
      images = new Map(found.map((image) => [image.label, image]));
      this.#byLabel.set(category, images);
    }
    return images;
  }
}
