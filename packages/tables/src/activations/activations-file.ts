import type { ByteSource } from '../byte-source.js';
import { DuplicateMapError } from '../errors.js';
import { ArrowFile } from '../ipc/arrow-file.js';
import type { ArrayLayout, BatchLayout } from '../ipc/batch-layout.js';
import { CompressionBudget } from '../ipc/body-buffer.js';
import { Dictionary } from '../ipc/dictionary.js';
import type { CheckpointMeta } from '../schemas/checkpoint-meta.js';
import { readActivationsHeader, type ActivationsHeader } from './activations-header.js';
import { BatchChecksum } from '../ipc/batch-checksum.js';
import { ImageDictionary, openImageColumn } from './image-column.js';
import { ImageLabels } from './image-labels.js';
import { MapColumn } from './map-column.js';
import { SeenMaps } from './seen-maps.js';
import { refuseNulls, UnitColumn } from './unit-column.js';

const DEFAULT_LIMIT = 256 * 2 ** 20;
const DEFAULT_FLOATS = 2 ** 20;
// Units and images of a block are 8 bytes a row, their labels more.
const MAX_ROWS = 2 ** 16;

export interface OpenActivationsOptions {
  /** Files that share it share the codes of their images. */
  readonly images?: ImageLabels;
  /** Files that share it (and `images`) may not have a (unit, image) twice among them. */
  readonly seen?: SeenMaps;
  /** How many bytes the columns of one compressed batch may have when decompressed. Default 256 MiB. */
  readonly maxCompressedBatchBytes?: number;
  /** Check the checksums that the file carries. Default true. */
  readonly verify?: boolean;
}

export interface BlocksOptions {
  /**
   * Where the maps of a block go: an array, or a function that gives one of exactly `floats` values (memory
   * of WebAssembly moves when it grows). Default: one array, used again for every block.
   */
  readonly into?: Float32Array | ((floats: number) => Float32Array);
  /** The most floats in a block; a block has one map at least. Default 2²⁰, or the length of `into`. */
  readonly maxFloats?: number;
}

/** Some rows of the file. `maps` is overwritten when `into` gives its memory again; the rest is the block's own. */
export interface ActivationsBlock {
  readonly count: number;
  /** The row of the file at which the block begins. */
  readonly firstRow: number;
  readonly units: Uint32Array;
  /** Codes; `labels.label(code)` is the image. */
  readonly images: Uint32Array;
  /** count × N × N floats, row-major. */
  readonly maps: Float32Array;
}

/** An activations/1 file whose schema is checked; its rows are checked as they are read. */
export class ActivationsFile {
  private constructor(
    private readonly file: ArrowFile,
    private readonly header: ActivationsHeader,
    private readonly dictionary: ImageDictionary | null,
    /** The images of the file seen so far, by code. */
    readonly labels: ImageLabels,
    private readonly seen: SeenMaps,
    private readonly limit: number,
    private readonly verify: boolean,
  ) {}

  static async open(source: ByteSource, options: OpenActivationsOptions = {}): Promise<ActivationsFile> {
    const file = await ArrowFile.open(source);
    const header = readActivationsHeader(file);
    const labels = options.images ?? new ImageLabels();
    const limit = options.maxCompressedBatchBytes ?? DEFAULT_LIMIT;
    const image = file.fields[header.columns.image];
    let dictionary: ImageDictionary | null = null;
    if (image !== undefined && image.dictionary !== null && file.batches > 0) {
      dictionary = new ImageDictionary(source.name, await Dictionary.read(file, image, limit), labels);
    }
    const seen = options.seen ?? new SeenMaps();
    return new ActivationsFile(file, header, dictionary, labels, seen, limit, options.verify ?? true);
  }

  get name(): string {
    return this.file.source.name;
  }

  /** N: every map has N × N floats. */
  get size(): number {
    return this.header.size;
  }

  get checkpoint(): string | null {
    return this.header.checkpoint;
  }

  get layer(): string | null {
    return this.header.layer;
  }

  get layerIndex(): number | null {
    return this.header.layerIndex;
  }

  get category(): string | null {
    return this.header.category;
  }

  get meta(): CheckpointMeta {
    return this.header.meta;
  }

  get batches(): number {
    return this.file.batches;
  }

  /** Reads the metadata of every batch and adds up their rows. */
  async countRows(): Promise<number> {
    let rows = 0;
    for (let i = 0; i < this.file.batches; i++) rows += (await this.file.batch(i)).rows;
    return rows;
  }

  /** Every label seen so far, by code. */
  images(): string[] {
    return this.labels.list();
  }

  /**
   * The rows in the order of the file. A block never spans two batches. Can be walked once: a second walk
   * would meet every (unit, image) again.
   *
   * @throws ArrowDamagedError, ChecksumMismatchError, NullValueError, UnitRangeError, DuplicateMapError, BatchTooLargeError
   */
  async *blocks(options: BlocksOptions = {}): AsyncGenerator<ActivationsBlock, void, undefined> {
    const floatsPerMap = this.size * this.size;
    const { into } = options;
    const most = Math.min(
      options.maxFloats ?? Infinity,
      into instanceof Float32Array ? into.length : (options.maxFloats ?? DEFAULT_FLOATS),
    );
    const rowsPerBlock = Math.max(1, Math.min(MAX_ROWS, Math.floor(most / floatsPerMap)));
    if (into instanceof Float32Array && into.length < floatsPerMap) {
      throw new RangeError(`into holds ${into.length} floats, one map has ${floatsPerMap}`);
    }
    let own = new Float32Array(0);
    const target = (floats: number): Float32Array => {
      if (typeof into === 'function') return into(floats);
      if (into !== undefined) return into.subarray(0, floats);
      if (own.length < floats) own = new Float32Array(floats);
      return own.subarray(0, floats);
    };
    let firstRow = 0;
    for (let i = 0; i < this.file.batches; i++) {
      const batch = await this.file.batch(i);
      if (batch.rows === 0) continue;
      const columns = await this.open(batch);
      for (let row = 0; row < batch.rows; row += rowsPerBlock) {
        const count = Math.min(rowsPerBlock, batch.rows - row);
        const block = {
          count,
          firstRow: firstRow + row,
          units: new Uint32Array(count),
          images: new Uint32Array(count),
          maps: target(count * floatsPerMap),
        };
        await columns.unit.readInto(block.units, row);
        await columns.image.readInto(block.images, row);
        this.refuseDuplicates(block, batch, row);
        if (block.maps.length !== count * floatsPerMap) {
          throw new RangeError(`into gave ${block.maps.length} floats for ${count} maps of ${floatsPerMap}`);
        }
        const stored = await columns.map.readInto(block.maps, row);
        columns.checksum?.update(stored);
        if (row + count === batch.rows) await columns.checksum?.check();
        yield block;
      }
      firstRow += batch.rows;
    }
  }

  private async open(batch: BatchLayout) {
    const { source } = this.file;
    const budget = new CompressionBudget(this.limit, source.name);
    const unit = column(batch, this.header.columns.unit);
    const image = column(batch, this.header.columns.image);
    const map = column(batch, this.header.columns.map);
    await refuseNulls(source, batch, image, 'image', budget);
    return {
      unit: await UnitColumn.open(source, batch, unit, budget),
      image: await openImageColumn(this.file, batch, image, this.labels, this.dictionary, budget),
      map: await MapColumn.open(source, batch, map, this.size * this.size, this.header.mapBits, budget),
      checksum: this.verify ? await BatchChecksum.open(source, batch, map) : null,
    };
  }

  private refuseDuplicates(block: ActivationsBlock, batch: BatchLayout, row: number): void {
    for (let i = 0; i < block.count; i++) {
      const unit = block.units[i] as number;
      const image = block.images[i] as number;
      if (this.seen.add(unit, image)) continue;
      throw new DuplicateMapError(
        `${this.name}: ${batch.place}, row ${row + i}: a second map of unit ${unit} and image ${JSON.stringify(this.labels.label(image).slice(0, 200))}, expected one map a unit and image`,
      );
    }
  }
}

function column(batch: BatchLayout, index: number): ArrayLayout {
  const found = batch.columns[index];
  if (found === undefined) throw new RangeError(`no column ${index}`);
  return found;
}

/**
 * Opens an activations/1 file of any program: checks its footer, schema and metadata.
 *
 * @throws InputError of the cause, naming the file
 */
export function openActivations(
  source: ByteSource,
  options: OpenActivationsOptions = {},
): Promise<ActivationsFile> {
  return ActivationsFile.open(source, options);
}
