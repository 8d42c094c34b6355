import { createHash } from 'node:crypto';
import { decodeImage, parsePreprocess, shownImage, type ShownImage } from '@unitscope/datasets';
import type { Manifest, ManifestImage, ModelsManifest } from '@unitscope/plan';
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
  readonly #source: ModelsManifest | null;
  readonly #store: ObjectStore;
  #bytes: Promise<ImageBytes> | null = null;

  constructor({ source }: Pick<Manifest, 'source'>, store: ObjectStore) {
    this.#source = source.kind === 'models' ? source : null;
    this.#store = store;
  }

  /** The part that the network sees, small, as a PNG or WebP. Throws NoSuchImageError, InputChangedError, UnreadableImageError. */
  async shown(category: string, label: string, options: PhotographOptions): Promise<ShownImage> {
    const source = this.#source;
    const image = this.#image(category, label);
    if (source === null || image === null) {
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

  #image(category: string, label: string): ManifestImage | null {
    const found = this.#source?.categories.find((one) => one.label === category);
    return found?.images.find((one) => one.label === label) ?? null;
  }
}
