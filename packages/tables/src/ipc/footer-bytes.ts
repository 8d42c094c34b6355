import { readBytes, type ByteSource } from '../byte-source.js';
import { ArrowDamagedError, FileEmptyError, NotArrowError, OtherFormatError } from '../errors.js';

const MAGIC = 'ARROW1';
// Twenty-four bytes a record batch: 2.7 million of them.
const MAX_FOOTER = 64 * 2 ** 20;

/**
 * The FlatBuffer of the footer and where it begins.
 *
 * @throws FileEmptyError, NotArrowError, OtherFormatError, ArrowDamagedError
 */
export async function readFooterBytes(source: ByteSource): Promise<{ bytes: Uint8Array; start: number }> {
  const { name, size } = source;
  if (size === 0)
    throw new FileEmptyError(`${name}: expected an Arrow IPC file, found an empty file (0 bytes)`);
  const head = await readBytes(source, 0, Math.min(8, size));
  if (!startsWith(head, MAGIC)) throw otherFormat(name, size, head);
  if (size < 22) throw cutOff(name, size);
  const tail = await readBytes(source, size - 10, 10);
  if (!startsWith(tail.subarray(4), MAGIC)) throw cutOff(name, size);
  const length = new DataView(tail.buffer).getInt32(0, true);
  const start = size - 10 - length;
  if (length <= 0 || start < 8 || length > MAX_FOOTER) {
    throw new ArrowDamagedError(`${name}: damaged Arrow file: a footer of ${length} bytes in ${size}`);
  }
  return { bytes: await readBytes(source, start, length), start };
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(0, text.length)) === text;
}

function cutOff(name: string, size: number): ArrowDamagedError {
  return new ArrowDamagedError(
    `${name}: damaged Arrow file: it begins as one but does not end as one (${size} bytes): cut off, or still being written`,
  );
}

function otherFormat(name: string, size: number, head: Uint8Array): NotArrowError | OtherFormatError {
  const expected = `${name}: expected an Arrow IPC file`;
  const write = 'write it with pyarrow.ipc.new_file(path, schema)';
  if (startsWith(head, 'PAR1')) return new OtherFormatError(`${expected}, found Parquet: ${write}`);
  if (startsWith(head, 'FEA1')) return new OtherFormatError(`${expected}, found Feather V1: ${write}`);
  if (looksLikeStream(head, size)) {
    return new OtherFormatError(
      `${expected}, found an Arrow IPC stream: ${write} in place of pyarrow.ipc.new_stream`,
    );
  }
  return new NotArrowError(`${expected}, found ${describe(head)}`);
}

// A stream begins with its schema: the continuation mark and a length, or (before 0.15) the length alone.
function looksLikeStream(head: Uint8Array, size: number): boolean {
  if (head.byteLength < 8) return false;
  const view = new DataView(head.buffer, head.byteOffset);
  const marked = view.getUint32(0, true) === 0xffff_ffff;
  const length = view.getUint32(marked ? 4 : 0, true);
  return length > 16 && length % 8 === (marked ? 0 : 4) && length < Math.min(size, 2 ** 20);
}

function describe(head: Uint8Array): string {
  const printable = head.every(
    (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 9,
  );
  if (printable) return `text that begins with ${JSON.stringify(new TextDecoder().decode(head))}`;
  const hex = Array.from(head, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return `bytes that begin with ${hex}`;
}
