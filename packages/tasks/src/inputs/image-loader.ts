import { createHash } from 'node:crypto';
import { DecodeMemory, decodeImage, parsePreprocess, preprocess, type Preprocess } from '@unitscope/datasets';
import type { ManifestImage, ModelsManifest } from '@unitscope/plan';
import { eachLimited } from '@unitscope/base';
import { InputChangedError } from '../errors.js';
import type { ImageBytes } from './image-bytes.js';

/** Those of a store travel side by side; more would only hold more decoded images. */
const IMAGES_AT_ONCE = 8;

/** Height, width and channels of a network's input. */
export interface InputSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Finds a manifest's images again, checks that they are what they were, and makes them a network's input. */
export class ImageLoader {
  readonly #maxPixels: number;
  readonly #preprocess: Preprocess;
  readonly #images: ImageBytes;
  readonly #memory: DecodeMemory | undefined;

  constructor(
    { maxPixels, preprocess: given }: Pick<ModelsManifest, 'maxPixels' | 'preprocess'>,
    images: ImageBytes,
    decodeBytes?: number,
  ) {
    this.#maxPixels = maxPixels;
    this.#preprocess = parsePreprocess(given);
    this.#images = images;
    this.#memory = decodeBytes === undefined ? undefined : new DecodeMemory(decodeBytes);
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
    const length = input.height * input.width * input.channels;
    await eachLimited(images.slice(from, from + count).entries(), IMAGES_AT_ONCE, async ([i, image]) => {
      target.set(await this.#load(category, image, input), i * length);
    });
  }

  async #load(category: string, image: ManifestImage, input: InputSize): Promise<Float32Array> {
    const name = `${category}/${image.label}`;
    const bytes = await this.#images.bytes(category, image);
    if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== image.sha256) {
      const found = bytes === undefined ? 'is gone' : 'has changed';
      throw new InputChangedError(`image ${name} ${found} since the sweep was resolved; run the sweep again`);
    }
    const { colourProfiles = 'ignore', grey16 = 'scale' } = this.#preprocess;
    const how = { maxPixels: this.#maxPixels, memory: this.#memory, name, colourProfiles, grey16 };
    const decoded = await decodeImage(bytes, image.encoding, how);
    return preprocess(decoded, this.#preprocess, input);
  }
}
