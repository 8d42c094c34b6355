import { Block } from 'apache-arrow/fb/block';
import { DictionaryBatch } from 'apache-arrow/fb/dictionary-batch';
import { Footer } from 'apache-arrow/fb/footer';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { MetadataVersion } from 'apache-arrow/fb/metadata-version';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import type { Schema } from 'apache-arrow/fb/schema';
import { Schema as SchemaTable } from 'apache-arrow/fb/schema';
import { ByteBuffer } from 'flatbuffers';
import { ArrowDamagedError } from '../errors.js';
import { refuseBeyond } from './array-bounds.js';
import { layOut } from './batch-layout.js';
import { decodeField, type Field } from './field.js';
import { footerShape, messageShape } from './format-shapes.js';
import { guard } from './guard.js';
import { verifyFlatBuffer } from './verify.js';

const MAGIC = 'ARROW1';

interface Found {
  readonly message: Message;
  readonly bodyPosition: number;
  readonly bodyLength: number;
  readonly end: number;
}

/**
 * Checks an Arrow file or stream that lies in memory, for readers that trust what it says: every offset, length and count
 * of its metadata lies inside it, its messages do not overlap, and its arrays are as long as their buffers. After it a
 * reader needs time and memory proportional to the bytes. Buffers that are compressed are not looked into.
 *
 * @throws ArrowDamagedError, ArrowUnsupportedError
 */
export function checkArrow(name: string, bytes: Uint8Array): void {
  new Check(name, bytes).run();
}

class Check {
  private readonly view: DataView;
  private fields: readonly Field[] | null = null;
  /** Messages may not share bytes: a footer of many blocks could name one message again and again. */
  private left: number;

  constructor(
    private readonly name: string,
    private readonly bytes: Uint8Array,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.left = bytes.byteLength;
  }

  run(): void {
    const isFile = Buffer.from(this.bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
    if (isFile) this.file();
    else this.stream();
  }

  private file(): void {
    const size = this.bytes.byteLength;
    if (size < 22) throw this.damaged('its end', `${size} bytes are no whole file`);
    const end = size - MAGIC.length - 4;
    const length = this.view.getInt32(end, true);
    if (length <= 0 || length > end - 8) throw this.damaged('its end', `a footer of ${length} bytes`);
    const flat = this.bytes.subarray(end - length, end);
    guard(this.name, 'its footer', () => {
      verifyFlatBuffer(flat, footerShape);
      const footer = Footer.getRootAsFooter(new ByteBuffer(flat));
      this.schema(footer.schema());
      for (let i = 0; i < footer.dictionariesLength(); i++)
        this.block(footer.dictionaries(i, new Block()), `dictionary batch ${i}`);
      for (let i = 0; i < footer.recordBatchesLength(); i++)
        this.block(footer.recordBatches(i, new Block()), `record batch ${i}`);
    });
  }

  private block(block: Block | null, place: string): void {
    const found = block === null ? null : this.message(Number(block.offset()), place);
    if (found === null) throw this.damaged(place, 'there is no message where the footer places it');
    this.batch(found, place);
  }

  private stream(): void {
    let at = 0;
    for (let index = 0; ; index++) {
      const place = `message ${index}`;
      const found = this.message(at, place);
      if (found === null) break;
      at = found.end;
      if (found.message.headerType() === MessageHeader.Schema)
        this.schema(found.message.header(new SchemaTable()) as Schema | null);
      else this.batch(found, place);
    }
    if (this.fields === null) throw this.damaged('its beginning', 'it has no schema');
  }

  /** The message at a position; null at the end of a stream. */
  private message(position: number, place: string): Found | null {
    const size = this.bytes.byteLength;
    if (!Number.isSafeInteger(position) || position < 0)
      throw this.damaged(place, `it is at byte ${position}`);
    if (position + 4 > size) return null;
    const isMarked = this.view.getInt32(position, true) === -1;
    const start = position + (isMarked ? 8 : 4);
    if (start > size) throw this.damaged(place, 'it is cut off');
    const length = this.view.getInt32(start - 4, true);
    if (length === 0) return null;
    if (length < 0 || start + length > size) {
      throw this.damaged(place, `its metadata has ${length} bytes, of which ${size - start} are there`);
    }
    return guard(this.name, place, () => {
      const flat = this.bytes.subarray(start, start + length);
      verifyFlatBuffer(flat, messageShape);
      const message = Message.getRootAsMessage(new ByteBuffer(flat));
      const version = message.version();
      if (version !== MetadataVersion.V4 && version !== MetadataVersion.V5)
        throw this.damaged(place, `its metadata has version ${version}`);
      const bodyPosition = start + length;
      const bodyLength = Number(message.bodyLength());
      if (!(bodyLength >= 0 && bodyPosition + bodyLength <= size)) {
        throw this.damaged(
          place,
          `its body has ${bodyLength} bytes, of which ${size - bodyPosition} are there`,
        );
      }
      this.left -= length + bodyLength;
      if (this.left < 0) throw this.damaged(place, 'it shares bytes with another one');
      return { message, bodyPosition, bodyLength, end: bodyPosition + bodyLength };
    });
  }

  private schema(schema: Schema | null): void {
    if (schema === null) throw this.damaged('its schema', 'there is none');
    if (this.fields !== null) return; // repeated
    const fields: Field[] = [];
    for (let i = 0; i < schema.fieldsLength(); i++) {
      const field = schema.fields(i);
      if (field !== null) fields.push(decodeField(field));
    }
    this.fields = fields;
  }

  private batch({ message, bodyPosition, bodyLength }: Found, place: string): void {
    const fields = this.fields;
    if (fields === null) throw this.damaged(place, 'it comes before the schema');
    guard(this.name, place, () => {
      const at = { file: this.name, place, bodyPosition, bodyLength, metadata: new Map<string, string>() };
      if (message.headerType() === MessageHeader.RecordBatch) {
        const batch = message.header(new RecordBatch()) as RecordBatch | null;
        if (batch === null) throw this.damaged(place, 'it is empty');
        refuseBeyond(this.bytes, layOut(batch, fields, at), this.name);
        return;
      }
      const isDictionary = message.headerType() === MessageHeader.DictionaryBatch;
      const header = isDictionary ? (message.header(new DictionaryBatch()) as DictionaryBatch | null) : null;
      const data = header?.data() ?? null;
      if (header === null || data === null) throw this.damaged(place, 'it is of another kind');
      const field = dictionaryField(fields, header.id());
      if (field === undefined) throw this.damaged(place, 'no column uses its dictionary');
      refuseBeyond(this.bytes, layOut(data, [{ ...field, dictionary: null }], at), this.name);
    });
  }

  private damaged(place: string, what: string): ArrowDamagedError {
    return new ArrowDamagedError(`${this.name}: damaged Arrow file: ${place}: ${what}`);
  }
}

function dictionaryField(fields: readonly Field[], id: bigint): Field | undefined {
  for (const field of fields) {
    if (field.dictionary?.id === id) return field;
    const inner = dictionaryField(field.children, id);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
