import { Block } from 'apache-arrow/fb/block';
import { BodyCompression } from 'apache-arrow/fb/body-compression';
import { BodyCompressionMethod } from 'apache-arrow/fb/body-compression-method';
import { Buffer as BufferStruct } from 'apache-arrow/fb/buffer';
import { CompressionType } from 'apache-arrow/fb/compression-type';
import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch';
import { FieldNode } from 'apache-arrow/fb/field-node';
import { Footer } from 'apache-arrow/fb/footer';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { MetadataVersion } from 'apache-arrow/fb/metadata-version';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import { Builder, type Offset } from 'flatbuffers';
import type { ByteSink } from '../byte-sink.js';
import type { ArrayData } from './array-data.js';
import { CHECKSUM_KEY, checksumOf } from './batch-checksum.js';
import { outlineOf, type Codec } from './batch-layout.js';
import { compressorOf, packBuffer, type Compressor } from './compress.js';
import { encodeMetadata, encodeSchema } from './encode-schema.js';
import type { Field } from './field.js';

const MAGIC = new TextEncoder().encode('ARROW1');
const ALIGNMENT = 8;
const PADDING = new Uint8Array(ALIGNMENT);
/** Shorter buffers are written together. */
const SMALL = 64 * 2 ** 10;

export interface ArrowFileOptions {
  /** Every message carries a checksum of its outline and body. */
  readonly checksums?: boolean;
  /** Compresses the buffers of record batches; dictionaries stay as they are. */
  readonly compression?: Codec | null;
}

interface Compression {
  readonly codec: Codec;
  readonly compress: Compressor;
}

interface WrittenBlock {
  readonly position: number;
  readonly metadataLength: number;
  readonly bodyLength: number;
}

/** Writes an Arrow IPC file batch by batch; the same calls give the same bytes. */
export class ArrowFileWriter {
  private position = 0;
  private readonly dictionaries: WrittenBlock[] = [];
  private readonly batches: WrittenBlock[] = [];

  private constructor(
    private readonly sink: ByteSink,
    private readonly fields: readonly Field[],
    private readonly metadata: ReadonlyMap<string, string>,
    private readonly checksums: boolean,
    private readonly compression: Compression | null,
  ) {}

  static async begin(
    sink: ByteSink,
    fields: readonly Field[],
    metadata: ReadonlyMap<string, string>,
    { checksums = false, compression: codec = null }: ArrowFileOptions = {},
  ): Promise<ArrowFileWriter> {
    const compression = codec === null ? null : { codec, compress: await compressorOf(codec) };
    const writer = new ArrowFileWriter(sink, fields, metadata, checksums, compression);
    await writer.write(join([MAGIC, PADDING.subarray(MAGIC.byteLength)]));
    await writer.message(MessageHeader.Schema, 0, null, (builder) => encodeSchema(builder, fields, metadata));
    return writer;
  }

  /** Writes the values of dictionary `id`, once and before the first batch that uses it. */
  async dictionary(id: bigint, values: ArrayData): Promise<void> {
    const body = flatten([values], null);
    const block = await this.message(MessageHeader.DictionaryBatch, values.length, body, (builder) => {
      const data = encodeBatch(builder, values.length, body, null);
      DictionaryBatch.startDictionaryBatch(builder);
      DictionaryBatch.addId(builder, id);
      DictionaryBatch.addData(builder, data);
      return DictionaryBatch.endDictionaryBatch(builder);
    });
    this.dictionaries.push(block);
  }

  async batch(rows: number, columns: readonly ArrayData[]): Promise<void> {
    const { compression } = this;
    const body = flatten(columns, compression);
    const block = await this.message(MessageHeader.RecordBatch, rows, body, (builder) =>
      encodeBatch(builder, rows, body, compression),
    );
    this.batches.push(block);
  }

  /** Writes the footer. */
  async close(): Promise<void> {
    await this.write(new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0]));
    const builder = new Builder(1024);
    const schema = encodeSchema(builder, this.fields, this.metadata);
    Footer.startDictionariesVector(builder, this.dictionaries.length);
    const dictionaries = encodeBlocks(builder, this.dictionaries);
    Footer.startRecordBatchesVector(builder, this.batches.length);
    const batches = encodeBlocks(builder, this.batches);
    Footer.startFooter(builder);
    Footer.addVersion(builder, MetadataVersion.V5);
    Footer.addSchema(builder, schema);
    Footer.addDictionaries(builder, dictionaries);
    Footer.addRecordBatches(builder, batches);
    Footer.finishFooterBuffer(builder, Footer.endFooter(builder));
    const footer = builder.asUint8Array();
    await this.write(footer);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setInt32(0, footer.byteLength, true);
    await this.write(length);
    await this.write(MAGIC);
  }

  private async message(
    type: MessageHeader,
    rows: number,
    body: Flattened | null,
    encode: (builder: Builder) => Offset,
  ): Promise<WrittenBlock> {
    const pieces = body === null ? [] : body.buffers.flatMap(withPadding);
    const bodyLength = byteLength(pieces);
    const builder = new Builder(1024);
    const header = encode(builder);
    const metadata = new Map<string, string>();
    if (body !== null && this.checksums)
      metadata.set(CHECKSUM_KEY, checksumOf(outlineOf(rows, body.numbers), pieces));
    const pairs =
      metadata.size === 0
        ? null
        : Message.createCustomMetadataVector(builder, encodeMetadata(builder, metadata));
    Message.startMessage(builder);
    Message.addVersion(builder, MetadataVersion.V5);
    Message.addHeaderType(builder, type);
    Message.addHeader(builder, header);
    Message.addBodyLength(builder, BigInt(bodyLength));
    if (pairs !== null) Message.addCustomMetadata(builder, pairs);
    Message.finishMessageBuffer(builder, Message.endMessage(builder));
    const flat = builder.asUint8Array();
    const { position } = this;
    const prefix = new Uint8Array(8);
    const view = new DataView(prefix.buffer);
    view.setUint32(0, 0xffff_ffff, true);
    view.setInt32(4, padded(flat.byteLength), true);
    const head = join([prefix, ...withPadding(flat)]);
    // Small pieces go out together: a write costs the same whatever its length.
    let small: Uint8Array[] = [head];
    for (const piece of pieces) {
      if (piece.byteLength < SMALL) {
        small.push(piece);
        continue;
      }
      await this.write(join(small));
      small = [];
      await this.write(piece);
    }
    await this.write(join(small));
    return { position, metadataLength: head.byteLength, bodyLength };
  }

  private async write(bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength === 0) return;
    this.position += bytes.byteLength;
    await this.sink.write(bytes);
  }
}

interface Flattened {
  readonly nodes: readonly { length: number; nullCount: number }[];
  readonly buffers: readonly Uint8Array[];
  /** As outlineOf takes them. */
  readonly numbers: readonly number[];
}

// Arrow's order: depth first, each array's buffers before its children's.
function flatten(columns: readonly ArrayData[], compression: Compression | null): Flattened {
  const nodes: { length: number; nullCount: number }[] = [];
  const buffers: Uint8Array[] = [];
  const numbers: number[] = [];
  let offset = 0;
  const walk = (array: ArrayData): void => {
    nodes.push({ length: array.length, nullCount: array.nullCount });
    numbers.push(array.length, array.nullCount);
    for (const plain of array.buffers) {
      const buffer = compression === null ? plain : packBuffer(plain, compression.compress);
      buffers.push(buffer);
      numbers.push(offset, buffer.byteLength);
      offset += padded(buffer.byteLength);
    }
    array.children.forEach(walk);
  };
  columns.forEach(walk);
  return { nodes, buffers, numbers };
}

const codecs = { lz4: CompressionType.LZ4_FRAME, zstd: CompressionType.ZSTD } as const;

function encodeBatch(
  builder: Builder,
  rows: number,
  { nodes, buffers }: Flattened,
  compression: Compression | null,
): Offset {
  // FlatBuffers are built from their end.
  RecordBatch.startNodesVector(builder, nodes.length);
  for (const { length, nullCount } of nodes.toReversed()) {
    FieldNode.createFieldNode(builder, BigInt(length), BigInt(nullCount));
  }
  const nodesVector = builder.endVector();
  let offset = 0;
  for (const buffer of buffers) offset += padded(buffer.byteLength);
  RecordBatch.startBuffersVector(builder, buffers.length);
  for (const buffer of buffers.toReversed()) {
    offset -= padded(buffer.byteLength);
    BufferStruct.createBuffer(builder, BigInt(offset), BigInt(buffer.byteLength));
  }
  const buffersVector = builder.endVector();
  const method =
    compression === null
      ? null
      : BodyCompression.createBodyCompression(
          builder,
          codecs[compression.codec],
          BodyCompressionMethod.BUFFER,
        );
  RecordBatch.startRecordBatch(builder);
  RecordBatch.addLength(builder, BigInt(rows));
  RecordBatch.addNodes(builder, nodesVector);
  RecordBatch.addBuffers(builder, buffersVector);
  if (method !== null) RecordBatch.addCompression(builder, method);
  return RecordBatch.endRecordBatch(builder);
}

// Ends the vector that the caller has started.
function encodeBlocks(builder: Builder, blocks: readonly WrittenBlock[]): Offset {
  for (const { position, metadataLength, bodyLength } of blocks.toReversed()) {
    Block.createBlock(builder, BigInt(position), metadataLength, BigInt(bodyLength));
  }
  return builder.endVector();
}

function withPadding(buffer: Uint8Array): Uint8Array[] {
  const missing = padded(buffer.byteLength) - buffer.byteLength;
  return missing === 0 ? [buffer] : [buffer, PADDING.subarray(0, missing)];
}

function byteLength(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(byteLength(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

function padded(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
