import { createHash } from 'node:crypto';
import { Block } from 'apache-arrow/fb/block';
import { Buffer as BufferStruct } from 'apache-arrow/fb/buffer';
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
import { outlineOf } from './batch-layout.js';
import { encodeMetadata, encodeSchema } from './encode-schema.js';
import type { Field } from './field.js';

const MAGIC = new TextEncoder().encode('ARROW1');
const ALIGNMENT = 8;
const PADDING = new Uint8Array(ALIGNMENT);

interface WrittenBlock {
  readonly position: number;
  readonly metadataLength: number;
  readonly bodyLength: number;
}

/** Writes an Arrow IPC file, uncompressed, batch by batch; the same calls give the same bytes. */
export class ArrowFileWriter {
  private position = 0;
  private readonly dictionaries: WrittenBlock[] = [];
  private readonly batches: WrittenBlock[] = [];

  private constructor(
    private readonly sink: ByteSink,
    private readonly fields: readonly Field[],
    private readonly metadata: ReadonlyMap<string, string>,
  ) {}

  static async begin(
    sink: ByteSink,
    fields: readonly Field[],
    metadata: ReadonlyMap<string, string>,
  ): Promise<ArrowFileWriter> {
    const writer = new ArrowFileWriter(sink, fields, metadata);
    await writer.write(MAGIC);
    await writer.pad();
    await writer.message(MessageHeader.Schema, (builder) => encodeSchema(builder, fields, metadata), []);
    return writer;
  }

  /** Writes the values of dictionary `id`, once and before the first batch that uses it. With `digestKey` as `batch`. */
  async dictionary(id: bigint, values: ArrayData, digestKey?: string): Promise<void> {
    const body = flatten([values]);
    const metadata = digestMetadata(values.length, body, digestKey);
    const block = await this.message(
      MessageHeader.DictionaryBatch,
      (builder) => {
        const data = encodeBatch(builder, values.length, body);
        DictionaryBatch.startDictionaryBatch(builder);
        DictionaryBatch.addId(builder, id);
        DictionaryBatch.addData(builder, data);
        return DictionaryBatch.endDictionaryBatch(builder);
      },
      body.buffers,
      metadata,
    );
    this.dictionaries.push(block);
  }

  /** Writes a batch. With `digestKey`, its message carries the SHA-256 of its outline and body under that key. */
  async batch(rows: number, columns: readonly ArrayData[], digestKey?: string): Promise<void> {
    const body = flatten(columns);
    const metadata = digestMetadata(rows, body, digestKey);
    const block = await this.message(
      MessageHeader.RecordBatch,
      (builder) => encodeBatch(builder, rows, body),
      body.buffers,
      metadata,
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
    encode: (builder: Builder) => Offset,
    body: readonly Uint8Array[],
    metadata: ReadonlyMap<string, string> = new Map(),
  ): Promise<WrittenBlock> {
    let bodyLength = 0;
    for (const buffer of body) bodyLength += padded(buffer.byteLength);
    const builder = new Builder(1024);
    const header = encode(builder);
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
    await this.write(prefix);
    await this.write(flat);
    await this.pad();
    const metadataLength = this.position - position;
    for (const buffer of body) {
      await this.write(buffer);
      await this.pad();
    }
    return { position, metadataLength, bodyLength };
  }

  private async write(bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength === 0) return;
    this.position += bytes.byteLength;
    await this.sink.write(bytes);
  }

  private async pad(): Promise<void> {
    await this.write(PADDING.subarray(0, padded(this.position) - this.position));
  }
}

interface Flattened {
  readonly nodes: readonly { length: number; nullCount: number }[];
  readonly buffers: readonly Uint8Array[];
  /** As outlineOf takes them. */
  readonly numbers: readonly number[];
}

// Arrow's order: depth first, each array's buffers before its children's.
function flatten(columns: readonly ArrayData[]): Flattened {
  const nodes: { length: number; nullCount: number }[] = [];
  const buffers: Uint8Array[] = [];
  const numbers: number[] = [];
  let offset = 0;
  const walk = (array: ArrayData): void => {
    nodes.push({ length: array.length, nullCount: array.nullCount });
    numbers.push(array.length, array.nullCount);
    for (const buffer of array.buffers) {
      buffers.push(buffer);
      numbers.push(offset, buffer.byteLength);
      offset += padded(buffer.byteLength);
    }
    array.children.forEach(walk);
  };
  columns.forEach(walk);
  return { nodes, buffers, numbers };
}

function encodeBatch(builder: Builder, rows: number, { nodes, buffers }: Flattened): Offset {
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
  RecordBatch.startRecordBatch(builder);
  RecordBatch.addLength(builder, BigInt(rows));
  RecordBatch.addNodes(builder, nodesVector);
  RecordBatch.addBuffers(builder, buffersVector);
  return RecordBatch.endRecordBatch(builder);
}

// Ends the vector that the caller has started.
function encodeBlocks(builder: Builder, blocks: readonly WrittenBlock[]): Offset {
  for (const { position, metadataLength, bodyLength } of blocks.toReversed()) {
    Block.createBlock(builder, BigInt(position), metadataLength, BigInt(bodyLength));
  }
  return builder.endVector();
}

function digestMetadata(
  rows: number,
  { numbers, buffers }: Flattened,
  key: string | undefined,
): Map<string, string> {
  const metadata = new Map<string, string>();
  if (key === undefined) return metadata;
  const hash = createHash('sha256').update(outlineOf(rows, numbers));
  for (const buffer of buffers) {
    hash.update(buffer);
    hash.update(PADDING.subarray(0, padded(buffer.byteLength) - buffer.byteLength));
  }
  return metadata.set(key, hash.digest('hex'));
}

function padded(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
