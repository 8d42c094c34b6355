import { createHash } from 'node:crypto';
import {
  decodeImage,
  openImages,
  parsePreprocess,
  preprocess,
  type ImageRef,
  type ImageSource,
  type Preprocess,
} from '@unitscope/datasets';
import type { ManifestCategory, ManifestImage, ModelsManifest } from '@unitscope/plan';
import { InputChangedError } from './errors.js';

/** Height, width and channels of a network's input. */
export interface InputSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Finds a manifest's images again, checks that they are what they were, and makes them a network's input. */
export class ImageLoader {
  readonly #source: ModelsManifest;
  readonly #preprocess: Preprocess;
  readonly #categories = new Map<string, Promise<Map<string, ImageRef>>>();

  constructor(source: ModelsManifest) {
    this.#source = source;
    this.#preprocess = parsePreprocess(source.preprocess);
  }

  /** Fills `target` with the images [from, from + count) of a category, NHWC, preprocessed. */
  async fill(
    target: Float32Array,
    category: string,
    images: readonly ManifestImage[],
    from: number,
    count: number,
    input: InputSize,
  ): Promise<void> {
    const refs = await this.#refs(category);
    const length = input.height * input.width * input.channels;
    for (let i = 0; i < count; i++) {
      const image = images[from + i];
      if (image === undefined) throw new RangeError(`no image ${from + i}`);
      target.set(await this.#load(refs, category, image, input), i * length);
    }
  }

  async #load(
    refs: ReadonlyMap<string, ImageRef>,
    category: string,
    image: ManifestImage,
    input: InputSize,
  ): Promise<Float32Array> {
    const name = `${category}/${image.label}`;
    const ref = refs.get(image.label);
    const bytes = await ref?.bytes();
    if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== image.sha256) {
      const found = bytes === undefined ? 'is gone' : 'has changed';
      throw new InputChangedError(`image ${name} ${found} since the sweep was resolved; run the sweep again`);
    }
    const decoded = await decodeImage(bytes, image.encoding, { maxPixels: this.#source.maxPixels, name });
    return preprocess(decoded, this.#preprocess, input);
  }

  #refs(category: ManifestCategory['label']): Promise<Map<string, ImageRef>> {
    let refs = this.#categories.get(category);
    if (refs === undefined) {
      refs = openImages(this.#source.images as unknown as ImageSource).then(
        async (set) => new Map((await set.images(category)).map((image) => [image.label, image])),
      );
      this.#categories.set(category, refs);
    }
    return refs;
  }
}
