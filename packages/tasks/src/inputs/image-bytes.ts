import { openImages, parseImageSource, type ImageRef, type ImageSet } from '@unitscope/datasets';
import type { ManifestImage, ModelsManifest } from '@unitscope/plan';
import { ObjectNotFoundError, type ObjectStore } from '@unitscope/store';
import { InputChangedError } from '../errors.js';
import { inputKey } from './stored-inputs.js';

/** Gives the encoded bytes of a manifest's images; undefined where an image is gone. */
export interface ImageBytes {
  bytes(category: string, image: ManifestImage): Promise<Uint8Array | undefined>;
}

/** Images where the sweep was resolved. */
export class LocalImages implements ImageBytes {
  readonly #source: Pick<ModelsManifest, 'images'>;
  #set: Promise<ImageSet> | undefined;
  readonly #categories = new Map<string, Promise<ReadonlyMap<string, ImageRef>>>();

  constructor(source: Pick<ModelsManifest, 'images'>) {
    this.#source = source;
  }

  async bytes(category: string, { label }: ManifestImage): Promise<Uint8Array | undefined> {
    return await (await this.#refs(category)).get(label)?.bytes();
  }

  #refs(category: string): Promise<ReadonlyMap<string, ImageRef>> {
    let refs = this.#categories.get(category);
    if (refs === undefined) {
      // One set for all categories: an archive is listed, a table indexed, when it is opened.
      this.#set ??= openImages(parseImageSource(this.#source.images));
      refs = this.#set.then(
        async (set) => new Map((await imagesOf(set, category)).map((image) => [image.label, image])),
      );
      this.#categories.set(category, refs);
    }
    return refs;
  }
}

/** The manifest may be of others: what else lies in the folder is not for the failures of their store. */
async function imagesOf(set: ImageSet, category: string): Promise<readonly ImageRef[]> {
  if (set.categories.includes(category)) return await set.images(category);
  throw new InputChangedError(
    `the images have no category ${JSON.stringify(category)} any more, as they had when the sweep was resolved; run the sweep again`,
  );
}

/** Small images are asked for again by every checkpoint: those of MNIST fit as a whole. */
const MEMORY_BYTES = 64 << 20;

/** Images as objects of a store; those used last are held in memory. */
export class StoredImages implements ImageBytes {
  readonly #store: ObjectStore;
  /** In the order of their use. */
  readonly #held = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  async bytes(_category: string, { sha256 }: ManifestImage): Promise<Uint8Array | undefined> {
    const held = this.#held.get(sha256);
    if (held !== undefined) {
      this.#held.delete(sha256);
      this.#held.set(sha256, held);
      return held;
    }
    try {
      const bytes = await this.#store.get(inputKey(sha256));
      this.#hold(sha256, bytes);
      return bytes;
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return undefined;
      throw error;
    }
  }

  #hold(sha256: string, bytes: Uint8Array): void {
    if (this.#held.has(sha256)) return;
    this.#held.set(sha256, bytes);
    this.#bytes += bytes.byteLength;
    for (const [oldest, { byteLength }] of this.#held) {
      if (this.#bytes <= MEMORY_BYTES) return;
      this.#held.delete(oldest);
      this.#bytes -= byteLength;
    }
  }
}
