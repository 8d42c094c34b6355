import { CompressionType } from 'apache-arrow/fb/compression-type';
import type { RecordBatch } from 'apache-arrow/fb/record-batch';
import { ArrowDamagedError } from '../errors.js';
import type { Field } from './field.js';

export type Codec = 'lz4' | 'zstd';

/** A range of the file. */
export interface Region {
  readonly position: number;
  readonly length: number;
}

/** One array of a batch: where the buffers of its field and of its field's children lie. */
export interface ArrayLayout {
  readonly field: Field;
  readonly length: number;
  readonly nullCount: number;
  readonly buffers: readonly Region[];
  readonly children: readonly ArrayLayout[];
}

/** One record batch, or the values of a dictionary batch. */
export interface BatchLayout {
  readonly place: string;
  readonly rows: number;
  readonly codec: Codec | null;
  readonly body: Region;
  readonly columns: readonly ArrayLayout[];
  /** Rows, lengths, nulls and buffers of the batch in their order: what a digest covers beside the body. */
  readonly outline: string;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface BatchPlace {
  readonly file: string;
  readonly place: string;
  readonly bodyPosition: number;
  readonly bodyLength: number;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Gives every field its nodes and buffers, in the order in which Arrow flattens them, and checks that every
 * buffer lies in the body.
 *
 * @throws ArrowDamagedError
 */
export function layOut(batch: RecordBatch, fields: readonly Field[], at: BatchPlace): BatchLayout {
  const walk = new LayoutWalk(batch, at);
  const rows = walk.count(batch.length());
  const compression = batch.compression();
  const codec = compression === null ? null : compression.codec() === CompressionType.ZSTD ? 'zstd' : 'lz4';
  const columns = fields.map((field) => walk.array(field));
  for (const column of columns) {
    if (column.length !== rows) {
      throw walk.damaged(`column '${column.field.name}' has ${column.length} values, the batch ${rows} rows`);
    }
  }
  const body = { position: at.bodyPosition, length: at.bodyLength };
  return { place: at.place, rows, codec, body, columns, outline: walk.outline(rows), metadata: at.metadata };
}

/** `numbers`: length and nulls of each array, then offset in the body and length of each of its buffers. */
export function outlineOf(rows: number, numbers: readonly number[]): string {
  return `${rows} ${numbers.join(' ')}`;
}

class LayoutWalk {
  private node = 0;
  private buffer = 0;
  private variadic = 0;
  private readonly numbers: number[] = [];

  constructor(
    private readonly batch: RecordBatch,
    private readonly at: BatchPlace,
  ) {}

  array(field: Field): ArrayLayout {
    const node = this.batch.nodes(this.node++);
    if (node === null || this.node > this.batch.nodesLength()) {
      throw this.damaged('it has fewer arrays than its schema has fields');
    }
    const length = this.count(node.length());
    const nullCount = this.count(node.nullCount());
    if (nullCount > length) throw this.damaged(`${nullCount} nulls in ${length} values of '${field.name}'`);
    this.numbers.push(length, nullCount);
    const buffers: Region[] = [];
    for (let i = this.buffersOf(field); i > 0; i--) buffers.push(this.region());
    const children = field.dictionary === null ? field.children.map((child) => this.array(child)) : [];
    return { field, length, nullCount, buffers, children };
  }

  outline(rows: number): string {
    return outlineOf(rows, this.numbers);
  }

  count(value: bigint): number {
    if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw this.damaged(`a count of ${value.toString()}`);
    }
    return Number(value);
  }

  damaged(what: string): ArrowDamagedError {
    return new ArrowDamagedError(`${this.at.file}: damaged Arrow file: ${this.at.place}: ${what}`);
  }

  private buffersOf({ dictionary, type }: Field): number {
    if (dictionary !== null) return 2;
    switch (type.kind) {
      case 'utf8':
      case 'large_utf8':
        return 3;
      case 'struct':
      case 'fixed_size_list':
        return 1;
      case 'other':
        return type.buffers + (type.variadic ? this.variadicBuffers() : 0);
      default:
        return 2;
    }
  }

  private variadicBuffers(): number {
    const count = this.batch.variadicBufferCounts(this.variadic++);
    if (count === null || this.variadic > this.batch.variadicBufferCountsLength()) {
      throw this.damaged('a view column lacks its count of buffers');
    }
    return this.count(count);
  }

  private region(): Region {
    if (this.buffer >= this.batch.buffersLength()) {
      throw this.damaged('it has fewer buffers than its schema needs');
    }
    const buffer = this.batch.buffers(this.buffer++);
    const offset = this.count(buffer?.offset() ?? -1n);
    const length = this.count(buffer?.length() ?? -1n);
    if (offset + length > this.at.bodyLength) {
      throw this.damaged(
        `a buffer at bytes ${offset} to ${offset + length} of a body of ${this.at.bodyLength} bytes`,
      );
    }
    this.numbers.push(offset, length);
    return { position: this.at.bodyPosition + offset, length };
  }
}
