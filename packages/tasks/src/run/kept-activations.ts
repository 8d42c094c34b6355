import type { Cell, Manifest } from '@unitscope/plan';
import type { ObjectStore, ObjectWriter } from '@unitscope/store';
import { ActivationsWriter } from '@unitscope/tables';

interface OpenFile {
  readonly object: ObjectWriter;
  readonly table: ActivationsWriter;
}

/**
 * Writes one cell's feature maps to the store as they come. The object is named by its content, so its images have their
 * position in the category as label, and it holds no other label.
 */
export class KeptActivations {
  readonly #store: ObjectStore;
  readonly #key: string;
  readonly #cell: Cell;
  readonly #compression: Manifest['compression'];
  #file: OpenFile | null = null;

  constructor(store: ObjectStore, key: string, cell: Cell, compression: Manifest['compression']) {
    this.#store = store;
    this.#key = key;
    this.#cell = cell;
    this.#compression = compression;
  }

  /** Appends rows of maps, back to back. */
  async add(maps: Float32Array, units: Uint32Array, images: Uint32Array): Promise<void> {
    this.#file ??= await this.#begin();
    await this.#file.table.write(units, images, maps);
  }

  async commit(): Promise<void> {
    this.#file ??= await this.#begin();
    await this.#file.table.close();
    await this.#file.object.commit();
  }

  async abort(): Promise<void> {
    await this.#file?.object.abort();
  }

  async #begin(): Promise<OpenFile> {
    const object = await this.#store.createWriter(this.#key);
    const images = this.#cell.images?.map((_, position) => String(position)) ?? [];
    const compression = this.#compression ?? null;
    const table = await ActivationsWriter.begin(object, { size: this.#cell.size, images, compression });
    return { object, table };
  }
}
