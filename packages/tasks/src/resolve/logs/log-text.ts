import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { TrainingLogError } from '../../errors.js';

const LARGEST = 1 << 30;
// TFRecord: eight bytes of length, four of checksum, then an event whose first field is its time as a double.
const EVENT_TIME = 0x09;

/** The text of a training log: UTF-8 or UTF-16, with a byte order mark or without. Throws TrainingLogError. */
export function logText(path: string, bytes: Uint8Array): string {
  if (isEventFile(path, bytes)) {
    throw new TrainingLogError(
      `${path}: expected CSV or JSON, found TensorBoard events, which are not read; export them: ${exportCommand(path)}`,
    );
  }
  const encoding = encodingOf(bytes);
  // A kill may have left the last character in pieces.
  for (let missing = 0; missing <= 3; missing++) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, bytes.length - missing));
    } catch {
      // The next is one byte shorter.
    }
  }
  throw new TrainingLogError(`${path}: expected text in UTF-8 or UTF-16, found other bytes`);
}

/** The bytes of a training log. Throws TrainingLogError. */
export async function logBytes(path: string): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error('it is no regular file');
    if (found.size > LARGEST) throw new Error(`it has ${found.size} bytes, at most ${LARGEST} are read`);
    return await readFile(path);
  } catch (cause) {
    throw new TrainingLogError(`${path}: the training log cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  // Logs begin with ASCII: of two bytes one is zero.
  if (bytes.length > 1 && bytes[0] !== 0 && bytes[1] === 0) return 'utf-16le';
  if (bytes.length > 1 && bytes[0] === 0 && bytes[1] !== 0) return 'utf-16be';
  return 'utf-8';
}

/** Whether this is what TensorBoard's writers make. */
export function isEventFile(path: string, bytes: Uint8Array): boolean {
  if (basename(path).includes('.tfevents.')) return true;
  const isShort = bytes.length > 12 && bytes.subarray(1, 8).every((byte) => byte === 0);
  return isShort && bytes[0] !== 0 && bytes[12] === EVENT_TIME;
}

/** A command that makes CSV of event files: a row a step, a column a tag. */
export function exportCommand(path: string): string {
  const script = [
    'import csv',
    'from tensorboard.backend.event_processing.event_accumulator import EventAccumulator',
    'from tensorboard.util.tensor_util import make_ndarray',
    `a = EventAccumulator(${pythonText(dirname(path))}, {"scalars": 0, "tensors": 0}).Reload()`,
    'rows = {}',
    't = a.Tags()',
    '[rows.setdefault(e.step, {}).update({k: e.value}) for k in t["scalars"] for e in a.Scalars(k)]',
    '[rows.setdefault(e.step, {}).update({k: float(make_ndarray(e.tensor_proto))}) for k in t["tensors"] for e in a.Tensors(k) if make_ndarray(e.tensor_proto).size == 1 and make_ndarray(e.tensor_proto).dtype.kind in "fiu"]',
    'w = csv.DictWriter(open("log.csv", "w", newline=""), ["step", *sorted({k for r in rows.values() for k in r})])',
    'w.writeheader()',
    'w.writerows({"step": s, **rows[s]} for s in sorted(rows))',
  ].join('; ');
  return `python -c '${script.replaceAll("'", `'\\''`)}'   (pip install tensorboard; writes log.csv)`;
}

function pythonText(text: string): string {
  return JSON.stringify(text);
}
