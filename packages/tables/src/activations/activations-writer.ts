import type { ByteSink } from '../byte-sink.js';
import { ArrowFileWriter } from '../ipc/arrow-file-writer.js';
import { parent, primitive, text } from '../ipc/array-data.js';
import type { Codec } from '../ipc/batch-layout.js';
import type { Field } from '../ipc/field.js';
import { SCHEMA_KEY } from '../schemas/schema-key.js';
import { ACTIVATIONS_SCHEMA } from './activations-header.js';

export interface ActivationsWriterOptions {
  /** N: the maps have N × N floats. */
  readonly size: number;
  readonly checkpoint?: string;
  readonly layer?: string;
  readonly layerIndex?: number;
  readonly category?: string;
  /** Other schema metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The labels of the images; rows name them by position. */
  readonly images: readonly string[];
  /** Rows of a record batch. Default: about 4 MiB of maps. */
  readonly rowsPerBatch?: number;
  /** Codec of the record batches. Default: none. */
  readonly compression?: Codec | null;
}

/** Bytes of maps in a batch: what a reader of a range fetches and checks at once. */
const BATCH_BYTES = 4 * 2 ** 20;

/**
 * Writes an activations/1 file one record batch at a time, each with a checksum of its bytes.
 * Images are dictionary<int32, utf8> in the order given.
 */
export class ActivationsWriter {
  private rows = 0;
  private readonly units: Uint32Array;
  private readonly imageCodes: Int32Array;
  private readonly maps: Float32Array;

  private constructor(
    private readonly file: ArrowFileWriter,
    private readonly floatsPerMap: number,
    private readonly imageCount: number,
    private readonly rowsPerBatch: number,
  ) {
    this.units = new Uint32Array(rowsPerBatch);
    this.imageCodes = new Int32Array(rowsPerBatch);
    this.maps = new Float32Array(rowsPerBatch * floatsPerMap);
  }

  /** Writes the schema and the images. */
  static async begin(sink: ByteSink, options: ActivationsWriterOptions): Promise<ActivationsWriter> {
    const { size, images } = options;
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`maps of ${size} × ${size}`);
    const floatsPerMap = size * size;
    const rowsPerBatch = options.rowsPerBatch ?? Math.max(1, Math.floor(BATCH_BYTES / (4 * floatsPerMap)));
    const file = await ArrowFileWriter.begin(sink, fieldsOf(floatsPerMap), metadataOf(options), {
      checksums: true,
      compression: options.compression ?? null,
    });
    const encoded = images.map((image) => new TextEncoder().encode(image));
    const offsets = new Int32Array(images.length + 1);
    encoded.forEach((bytes, i) => (offsets[i + 1] = (offsets[i] as number) + bytes.length));
    await file.dictionary(0n, text(images.length, offsets, Buffer.concat(encoded)));
    return new ActivationsWriter(file, floatsPerMap, images.length, rowsPerBatch);
  }

  /** Appends rows: `maps` has units.length × N × N floats, row-major; `images` are positions of labels. */
  async write(units: Uint32Array, images: Uint32Array, maps: Float32Array): Promise<void> {
    const count = units.length;
    if (images.length !== count || maps.length !== count * this.floatsPerMap) {
      throw new RangeError(`${count} units, ${images.length} images and ${maps.length} floats of maps`);
    }
    for (let from = 0; from < count;) {
      const to = Math.min(count, from + this.rowsPerBatch - this.rows);
      this.units.set(units.subarray(from, to), this.rows);
      for (let row = from; row < to; row++) {
        const image = images[row] as number;
        if (image >= this.imageCount) throw new RangeError(`image ${image} of ${this.imageCount}`);
        this.imageCodes[this.rows + row - from] = image;
      }
      const floats = maps.subarray(from * this.floatsPerMap, to * this.floatsPerMap);
      this.maps.set(floats, this.rows * this.floatsPerMap);
      this.rows += to - from;
      from = to;
      if (this.rows === this.rowsPerBatch) await this.flush();
    }
  }

  /** Writes the last batch and the footer. The sink is the caller's to close. */
  async close(): Promise<void> {
    if (this.rows > 0) await this.flush();
    await this.file.close();
  }

  private async flush(): Promise<void> {
    const { rows } = this;
    const floats = rows * this.floatsPerMap;
    const columns = [
      primitive(rows, this.units.subarray(0, rows)),
      primitive(rows, this.imageCodes.subarray(0, rows)),
      parent(rows, [primitive(floats, this.maps.subarray(0, floats))]),
    ];
    await this.file.batch(rows, columns);
    this.rows = 0;
  }
}

function fieldsOf(floatsPerMap: number): Field[] {
  const float: Field = {
    name: 'item',
    nullable: false,
    type: { kind: 'float', bits: 32 },
    dictionary: null,
    children: [],
  };
  return [
    { ...float, name: 'unit', type: { kind: 'int', bits: 32, signed: false } },
    { ...float, name: 'image', type: { kind: 'utf8' }, dictionary: { id: 0n, bits: 32, signed: true } },
    { ...float, name: 'map', type: { kind: 'fixed_size_list', size: floatsPerMap }, children: [float] },
  ];
}

function metadataOf(options: ActivationsWriterOptions): Map<string, string> {
  const metadata = new Map(Object.entries(options.metadata ?? {}));
  metadata.set(SCHEMA_KEY, ACTIVATIONS_SCHEMA);
  metadata.set('unitscope.height', String(options.size));
  metadata.set('unitscope.width', String(options.size));
  const { checkpoint, layer, layerIndex, category } = options;
  if (checkpoint !== undefined) metadata.set('unitscope.checkpoint', checkpoint);
  if (layer !== undefined) metadata.set('unitscope.layer', layer);
  if (layerIndex !== undefined) metadata.set('unitscope.layer_index', String(layerIndex));
  if (category !== undefined) metadata.set('unitscope.category', category);
  return metadata;
}
