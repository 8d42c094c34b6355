import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { batchSizeOf, cellKeys, sha256, type Cell, type Manifest } from '@unitscope/plan';
import type { Model } from '@unitscope/models';
import type { ObjectStore } from '@unitscope/store';
import { ActivationsWriter, FileSource } from '@unitscope/tables';
import { InputChangedError } from '../errors.js';
import { CheckpointCache } from '../inputs/checkpoint-cache.js';
import { ImageLoader } from '../inputs/image-loader.js';
import type { OpenBytes } from '../inputs/source-files.js';
import { CheckpointFolder, inputKey } from '../inputs/stored-inputs.js';
import { checkpointFiles, imageBytes } from '../resolve/found-inputs.js';
import { forwardCategory } from '../run/extract.js';
import { layersOf, ModelCache } from '../run/model-cache.js';

const FILE = 'maps.arrow';
const MOST_BYTES = 8 * 2 ** 30;

/**
 * Makes the maps of single cells again where checkpoint and images are at hand: one forward pass of the checkpoint over
 * the category, in the batches of the sweep, so that the floats are those that were measured. What is made is held in the
 * folder of UNITSCOPE_CACHE, by its content key; those used longest ago make room.
 */
export class MapMaker {
  readonly #manifest: Manifest;
  readonly #store: ObjectStore;
  readonly #cache: CheckpointCache;
  #models: { inputs: 'local' | 'store'; cache: ModelCache } | null = null;
  #loader: Promise<ImageLoader> | null = null;

  constructor(manifest: Manifest, store: ObjectStore, cache?: string) {
    this.#manifest = manifest;
    this.#store = store;
    this.#cache = new CheckpointCache(cache, MOST_BYTES);
  }

  /** The cell's maps as an activations/1 file, images by their position. Throws InputErrors of the cause. */
  async open(cell: Cell): Promise<OpenBytes> {
    const key = sha256(`maps ${cellKeys(this.#manifest, cell).activations ?? ''}`);
    return await this.#cache.guard(async () => {
      if (!(await this.#cache.has(key))) await this.#make(cell, key);
      return await FileSource.open(join(this.#cache.pathOf(key), FILE));
    });
  }

  /** What the network of a checkpoint takes. Throws InputErrors of the cause. */
  async input(checkpoint: number): Promise<Model['input']> {
    return (await this.#model(checkpoint)).input;
  }

  async close(): Promise<void> {
    await this.#models?.cache.close();
  }

  async #make(cell: Cell, key: string): Promise<void> {
    const { source, checkpoints } = this.#manifest;
    const { images = [], units = 0, size } = cell;
    const checkpoint = checkpoints[cell.checkpoint];
    if (source.kind !== 'models' || checkpoint?.model === undefined) {
      throw new InputChangedError(
        'the sweep is of files made elsewhere: no checkpoint can make its maps again',
      );
    }
    const model = await this.#model(cell.checkpoint);
    const layers = layersOf(model, checkpoint.model.path, [cell]);
    this.#loader ??= imageBytes(source, images[0], this.#store).then(
      (bytes) => new ImageLoader(source, bytes),
    );
    await this.#cache.makeRoom(4 * images.length * units * size * size);
    const partial = await this.#cache.begin();
    try {
      const file = await open(join(partial, FILE), 'wx');
      try {
        const sink = {
          async write(bytes: Uint8Array): Promise<void> {
            await file.writeFile(bytes);
          },
        };
        const names = images.map((_, position) => String(position));
        const writer = await ActivationsWriter.begin(sink, { size, images: names });
        const batch = batchSizeOf(source, checkpoint);
        await forwardCategory(
          model,
          batch,
          await this.#loader,
          [cell],
          layers,
          async (_, maps, first, count) => {
            const unitOf = Uint32Array.from({ length: count * units }, (__, row) => row % units);
            const imageOf = unitOf.map((__, row) => first + Math.floor(row / units));
            await writer.write(unitOf, imageOf, maps);
          },
        );
        await writer.close();
      } finally {
        await file.close();
      }
      await this.#cache.keep(partial, key);
    } finally {
      await this.#cache.drop(partial);
    }
  }

  /** Opened where the sweep found it, or from the store where it was uploaded. */
  async #model(index: number): Promise<Model> {
    const checkpoint = this.#manifest.checkpoints[index];
    const [file] = checkpoint?.model?.files ?? [];
    if (checkpoint === undefined || file === undefined) throw new RangeError(`no checkpoint ${index}`);
    // Refuses servers that the user did not name, and files that have changed.
    await checkpointFiles(checkpoint, this.#store);
    const uploaded = (await this.#store.head(inputKey(file.sha256))) !== undefined;
    const inputs = uploaded ? 'store' : 'local';
    if (this.#models?.inputs !== inputs) {
      await this.#models?.cache.close();
      this.#models = {
        inputs,
        cache: new ModelCache(this.#manifest, new CheckpointFolder(this.#store), inputs),
      };
    }
    return await this.#models.cache.model(index);
  }
}
