import { Block } from 'apache-arrow/fb/block';
import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch';
import { Endianness } from 'apache-arrow/fb/endianness';
import { Footer } from 'apache-arrow/fb/footer';
import type { KeyValue } from 'apache-arrow/fb/key-value';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { MetadataVersion } from 'apache-arrow/fb/metadata-version';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import type { Schema } from 'apache-arrow/fb/schema';
import { ByteBuffer } from 'flatbuffers';
import { readBytes, type ByteSource } from '../byte-source.js';
import { ReadAhead } from '../read-ahead.js';
import { ArrowDamagedError, ArrowUnsupportedError } from '../errors.js';
import { decodeField, type Field } from './field.js';
import { readFooterBytes } from './footer-bytes.js';
import { footerShape, messageShape } from './format-shapes.js';
import { layOut, type BatchLayout } from './batch-layout.js';
import { guard } from './guard.js';
import { verifyFlatBuffer } from './verify.js';

// Far above what any writer makes; a longer one is damage and would be allocated before it is checked.
const MAX_METADATA = 16 * 2 ** 20;

interface DecodedMessage {
  readonly message: Message;
  readonly bodyPosition: number;
  readonly bodyLength: number;
}

/** An Arrow IPC file whose footer is checked. Its batches are checked as they are read. */
export class ArrowFile {
  private constructor(
    readonly source: ByteSource,
    readonly fields: readonly Field[],
    readonly metadata: ReadonlyMap<string, string>,
    private readonly footer: Footer,
    private readonly footerStart: number,
  ) {}

  /** @throws NotArrowError, OtherFormatError, ArrowDamagedError, ArrowUnsupportedError */
  static async open(unbuffered: ByteSource): Promise<ArrowFile> {
    const source = new ReadAhead(unbuffered);
    const { bytes, start } = await readFooterBytes(source);
    return guard(source.name, 'its footer', () => {
      const footer = footerOf(bytes);
      const schema = schemaOf(source.name, footer);
      const metadata = decodeMetadata(schema.customMetadataLength(), (i) => schema.customMetadata(i));
      return new ArrowFile(source, fieldsOf(schema), metadata, footer, start);
    });
  }

  get batches(): number {
    return this.footer.recordBatchesLength();
  }

  get dictionaries(): number {
    return this.footer.dictionariesLength();
  }

  /** Where the columns of record batch `index` lie. Reads its metadata alone. */
  async batch(index: number): Promise<BatchLayout> {
    const place = `record batch ${index}`;
    const block = this.footer.recordBatches(index, new Block());
    const { message, bodyPosition, bodyLength } = await this.message(block, place);
    return guard(this.source.name, place, () => {
      const batch: RecordBatch | null =
        message.headerType() === MessageHeader.RecordBatch
          ? (message.header(new RecordBatch()) as RecordBatch | null)
          : null;
      if (batch === null) throw this.damaged(place, 'its message is of another kind');
      return layOut(batch, this.fields, {
        file: this.source.name,
        place,
        bodyPosition,
        bodyLength,
        metadata: decodeMetadata(message.customMetadataLength(), (i) => message.customMetadata(i)),
      });
    });
  }

  /** Where the values of dictionary batch `index` lie; null when it is not of the dictionary `field` uses. */
  async dictionaryBatch(
    index: number,
    field: Field,
  ): Promise<{ delta: boolean; layout: BatchLayout } | null> {
    const place = `dictionary batch ${index}`;
    const block = this.footer.dictionaries(index, new Block());
    const { message, bodyPosition, bodyLength } = await this.message(block, place);
    return guard(this.source.name, place, () => {
      const header: DictionaryBatch | null =
        message.headerType() === MessageHeader.DictionaryBatch
          ? (message.header(new DictionaryBatch()) as DictionaryBatch | null)
          : null;
      const data = header?.data() ?? null;
      if (header === null || data === null) throw this.damaged(place, 'its message is of another kind');
      if (header.id() !== field.dictionary?.id) return null;
      const layout = layOut(data, [{ ...field, dictionary: null }], {
        file: this.source.name,
        place,
        bodyPosition,
        bodyLength,
        metadata: decodeMetadata(message.customMetadataLength(), (i) => message.customMetadata(i)),
      });
      return { delta: header.isDelta(), layout };
    });
  }

  private async message(block: Block | null, place: string): Promise<DecodedMessage> {
    if (block === null) throw this.damaged(place, 'no such block');
    const position = Number(block.offset());
    const metadataLength = block.metaDataLength();
    const bodyLength = Number(block.bodyLength());
    const end = position + metadataLength + bodyLength;
    if (position < 8 || metadataLength < 8 || bodyLength < 0 || !(end <= this.footerStart)) {
      throw this.damaged(
        place,
        `the footer places it at bytes ${position} to ${end}, the footer begins at ${this.footerStart}`,
      );
    }
    if (metadataLength > MAX_METADATA) throw this.damaged(place, `its metadata has ${metadataLength} bytes`);
    const bytes = await readBytes(this.source, position, metadataLength);
    return guard(this.source.name, place, () => {
      const view = new DataView(bytes.buffer);
      // Before format version 0.15 a message began with its length alone.
      const prefix = view.getUint32(0, true) === 0xffff_ffff ? 8 : 4;
      const length = view.getInt32(prefix - 4, true);
      if (length <= 0 || prefix + length > metadataLength) {
        throw this.damaged(place, `its metadata has ${length} bytes in ${metadataLength}`);
      }
      const flat = bytes.subarray(prefix, prefix + length);
      verifyFlatBuffer(flat, messageShape);
      const message = Message.getRootAsMessage(new ByteBuffer(flat));
      checkVersion(this.source.name, message.version());
      if (Number(message.bodyLength()) > bodyLength) {
        throw this.damaged(place, `its body has ${message.bodyLength().toString()} bytes in ${bodyLength}`);
      }
      return { message, bodyPosition: position + metadataLength, bodyLength };
    });
  }

  private damaged(place: string, what: string): ArrowDamagedError {
    return new ArrowDamagedError(`${this.source.name}: damaged Arrow file: ${place}: ${what}`);
  }
}

/** The names of the columns, in their order; nothing but the footer is read. Throws as ArrowFile.open. */
export async function readColumnNames(source: ByteSource): Promise<string[]> {
  const { bytes } = await readFooterBytes(source);
  return guard(source.name, 'its footer', () =>
    fieldsOf(schemaOf(source.name, footerOf(bytes))).map(({ name }) => name),
  );
}

function footerOf(bytes: Uint8Array): Footer {
  verifyFlatBuffer(bytes, footerShape);
  return Footer.getRootAsFooter(new ByteBuffer(bytes));
}

function schemaOf(file: string, footer: Footer): Schema {
  const schema = footer.schema();
  if (schema === null) throw new ArrowDamagedError(`${file}: damaged Arrow file: no schema`);
  if (schema.endianness() !== Endianness.Little) {
    throw new ArrowUnsupportedError(`${file}: big-endian Arrow is not read; write it little-endian`);
  }
  return schema;
}

function fieldsOf(schema: Schema): Field[] {
  const fields: Field[] = [];
  for (let i = 0; i < schema.fieldsLength(); i++) {
    const field = schema.fields(i);
    if (field !== null) fields.push(decodeField(field));
  }
  return fields;
}

function checkVersion(file: string, version: MetadataVersion): void {
  if (version !== MetadataVersion.V4 && version !== MetadataVersion.V5) {
    throw new ArrowUnsupportedError(
      `${file}: Arrow metadata version ${MetadataVersion[version]} is not read; expected V4 or V5 (Arrow 0.8 or later)`,
    );
  }
}

function decodeMetadata(length: number, entry: (index: number) => KeyValue | null): Map<string, string> {
  const metadata = new Map<string, string>();
  for (let i = 0; i < length; i++) {
    const pair = entry(i);
    const key = pair?.key() ?? null;
    if (pair !== null && key !== null) metadata.set(key, pair.value() ?? '');
  }
  return metadata;
}
