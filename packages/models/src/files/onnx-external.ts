import { UnreadableModelError } from '../errors.js';
import { entryBytes } from './entry-bytes.js';
import {
  fileBeside,
  nameBeside,
  readBeside,
  refuseShort,
  type ByteRange,
  type FileBeside,
} from './file-beside.js';
import { withTensors } from './onnx-tensors.js';
import { decodeTensorHeader, EXTERNAL, withValues, type OnnxTensor, type Values } from './tensor-header.js';
import { fieldsOf } from './wire-fields.js';

/** Values of a tensor in a file beside the model. */
export interface ExternalRange extends ByteRange {
  /** Name of the file. */
  readonly name: string;
}

/** A model that names no file: what lay beside it is in memory. */
export interface LoadedOnnx {
  readonly bytes: Buffer;
  /** Values of initializers, by the location that `bytes` give for them. */
  readonly external: ReadonlyMap<string, Uint8Array>;
}

// Bits of a value, by TensorProto.DataType.
const BITS: Readonly<Record<number, number>> = {
  ...{ 1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64, 14: 64, 15: 128 },
  ...{ 16: 16, 17: 8, 18: 8, 19: 8, 20: 8, 21: 4, 22: 4, 23: 4, 24: 8, 25: 2, 26: 2 },
};

/** All that the tensors of a model name, in the order of withTensors. Throws UnreadableModelError. */
export function externalRanges(path: string, bytes: Uint8Array): ExternalRange[] {
  const ranges: ExternalRange[] = [];
  walk(path, bytes, (tensor) => {
    const range = rangeOf(path, decodeTensorHeader(tensor));
    if (range !== null) ranges.push(range);
    return null;
  });
  return ranges;
}

/** The files that a model names, each looked at, in the order of their names. Throws UnreadableModelError. */
export async function externalFiles(path: string, ranges: readonly ExternalRange[]): Promise<FileBeside[]> {
  const files: FileBeside[] = [];
  for (const name of externalNames(ranges)) {
    const file = await fileBeside(path, name);
    for (const range of ranges) if (range.name === name) refuseShort(path, file, range);
    files.push(file);
  }
  return files;
}

export function externalNames(ranges: readonly ExternalRange[]): string[] {
  return [...new Set(ranges.map(({ name }) => name))].sort();
}

/**
 * Reads a model with all that it names. What onnxruntime gets has no path in it: initializers are handed over in memory,
 * under names of our own, and any other tensor holds its values itself. Throws UnreadableModelError.
 */
export async function loadOnnx(path: string): Promise<LoadedOnnx> {
  const bytes = await entryBytes(path);
  const ranges = externalRanges(path, bytes);
  if (ranges.length === 0) return { bytes, external: new Map() };
  const values = await readRanges(path, await externalFiles(path, ranges), ranges);
  const external = new Map<string, Uint8Array>();
  let next = 0;
  const loaded = walk(path, bytes, (tensor, isInitializer) => {
    const header = decodeTensorHeader(tensor);
    if (header.externalData.length === 0) return null;
    const found = values[next++];
    let made: Values = { raw: null };
    if (header.dataLocation === EXTERNAL && found !== undefined) {
      if (isInitializer && found.length > 0) {
        const location = `weights-${external.size}`;
        external.set(location, found);
        made = { location, offset: 0, length: found.length };
      } else made = { raw: found };
    }
    return withValues(fieldsOf(tensor), made);
  });
  return { bytes: Buffer.from(loaded.buffer, loaded.byteOffset, loaded.byteLength), external };
}

function walk(path: string, bytes: Uint8Array, on: Parameters<typeof withTensors>[1]): Uint8Array {
  try {
    return withTensors(bytes, on);
  } catch (cause) {
    if (cause instanceof UnreadableModelError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnreadableModelError(`${path}: expected an ONNX model; ${reason}`, { cause });
  }
}

function rangeOf(path: string, { name, dims, dataType, externalData, dataLocation }: OnnxTensor) {
  const refuse = (expected: string): never => {
    throw new UnreadableModelError(`${path}: tensor '${name}': ${expected}`);
  };
  if (externalData.length === 0) {
    if (dataLocation === EXTERNAL) refuse('expected the name of the file that holds its values, found none');
    return null;
  }
  const entries = new Map(externalData.map(({ key, value }) => [key, value]));
  if (entries.size < externalData.length) refuse('expected one place of its values, found several');
  const file = nameBeside(path, entries.get('location') ?? '');
  const whole = (key: string): number | null => {
    const written = entries.get(key);
    if (written === undefined) return null;
    const number = /^\d+$/.test(written) ? Number(written) : NaN;
    return Number.isSafeInteger(number) ? number : refuse(`expected bytes as its ${key}, found '${written}'`);
  };
  const count = dims.reduce((product, size) => product * size, 1);
  const bits = BITS[dataType];
  if (dims.some((size) => size < 0) || !Number.isSafeInteger(count) || bits === undefined)
    return refuse(`expected numbers in '${file}', found type ${dataType} of [${dims.join(', ')}]`);
  const length = Math.ceil((count * bits) / 8);
  const said = whole('length');
  if (said !== null && said !== length)
    refuse(`expected ${length} bytes of [${dims.join(', ')}] in '${file}', found a length of ${said}`);
  return { name: file, offset: whole('offset') ?? 0, length };
}

/** The bytes of each range; those that several tensors share are read once. */
async function readRanges(
  path: string,
  files: readonly FileBeside[],
  ranges: readonly ExternalRange[],
): Promise<(Uint8Array | undefined)[]> {
  const keyOf = ({ name, offset, length }: ExternalRange): string => `${offset} ${length} ${name}`;
  const read = new Map<string, Uint8Array>();
  for (const file of files) {
    const distinct = new Map(
      ranges.filter(({ name }) => name === file.name).map((range) => [keyOf(range), range]),
    );
    const wanted = [...distinct.values()];
    const sum = wanted.reduce((bytes, { length }) => bytes + length, 0);
    if (sum > file.bytes)
      throw new UnreadableModelError(
        `${path}: its tensors overlap in '${file.name}': ${sum} bytes of ${file.bytes}`,
      );
    for (const [index, bytes] of (await readBeside(path, file, wanted)).entries()) {
      const range = wanted[index];
      if (range !== undefined) read.set(keyOf(range), bytes);
    }
  }
  return ranges.map((range) => read.get(keyOf(range)));
}
