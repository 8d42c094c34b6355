import { UnreadableModelError } from '../errors.js';
import { readBeside, type FileBeside } from '../files/file-beside.js';
import { BYTES, elementsOf, rowMajor, type WeightTensor, type WeightType } from './weight-tensor.js';

const LENGTH_BYTES = 8;
/** What the reader of safetensors itself allows. */
const MOST_HEADER_BYTES = 100_000_000;

const TYPES: Readonly<Record<string, WeightType>> = {
  ...{ F64: 'float64', F32: 'float32', F16: 'float16', BF16: 'bfloat16' },
  ...{ I64: 'int64', I32: 'int32', I16: 'int16', I8: 'int8', U8: 'uint8', BOOL: 'bool' },
};

interface Entry {
  readonly dtype?: unknown;
  readonly shape?: unknown;
  readonly data_offsets?: unknown;
}

/** The tensors of one .safetensors file, of which the header alone is read. Throws UnreadableModelError. */
export async function readSafetensors(path: string, file: FileBeside): Promise<Map<string, WeightTensor>> {
  const refuse = (found: string): never => {
    throw new UnreadableModelError(
      `${path}: expected a safetensors file${beside(path, file)}, found ${found}`,
    );
  };
  if (file.bytes < LENGTH_BYTES) return refuse(`${file.bytes} bytes`);
  const [start] = await readBeside(path, file, [{ offset: 0, length: LENGTH_BYTES }]);
  const length = Buffer.from(start ?? []).readBigUInt64LE();
  const data = LENGTH_BYTES + Number(length);
  if (length > MOST_HEADER_BYTES || data > file.bytes)
    return refuse(`a header that would have ${length} bytes, in a file of ${file.bytes}`);
  const [text] = await readBeside(path, file, [{ offset: LENGTH_BYTES, length: Number(length) }]);
  const header = parsed(text ?? new Uint8Array(0)) ?? refuse('a header that is no JSON object');
  const tensors = new Map<string, WeightTensor>();
  const ranges: [number, number, string][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { shape, begin, end, type } =
      checked(entry) ?? refuse(`a header that says nothing true of '${name}'`);
    ranges.push([begin, end, name]);
    // Types that no network here is made of (complex, 8-bit floats) are not looked at further.
    if (type === undefined) continue;
    if (end - begin !== elementsOf(shape) * BYTES[type])
      return refuse(`${end - begin} bytes for '${name}', ${type} [${shape.join(', ')}]`);
    tensors.set(name, { type, shape, strides: rowMajor(shape), file, offset: data + begin });
  }
  refuseGaps(ranges, file.bytes - data, refuse);
  // save_model writes tied weights once, and under which name each other is found.
  for (const [name, kept] of Object.entries(header['__metadata__'] ?? {})) {
    const tensor = typeof kept === 'string' ? tensors.get(kept) : undefined;
    if (tensor !== undefined && !tensors.has(name)) tensors.set(name, tensor);
  }
  return tensors;
}

/** Tensors lie one behind the other and fill the file: what overlaps or leaves room was not written by safetensors. */
function refuseGaps(
  ranges: [number, number, string][],
  available: number,
  refuse: (found: string) => never,
): void {
  let at = 0;
  for (const [begin, end, name] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== at || end < begin || end > available)
      refuse(`'${name}' at bytes ${begin} to ${end} of ${available}, where ${at} is next`);
    at = end;
  }
  if (at !== available) refuse(`${available - at} bytes that belong to no tensor`);
}

function parsed(text: Uint8Array): Readonly<Record<string, Entry>> | null {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf8', { fatal: true }).decode(text));
    return typeof header === 'object' && header !== null && !Array.isArray(header)
      ? (header as Record<string, Entry>)
      : null;
  } catch {
    return null;
  }
}

function checked(entry: Entry | null) {
  const { dtype, shape, data_offsets: offsets } = entry ?? {};
  if (typeof dtype !== 'string' || !areSizes(shape) || !areSizes(offsets) || offsets.length !== 2)
    return null;
  if (!Number.isSafeInteger(elementsOf(shape))) return null;
  const [begin = 0, end = 0] = offsets;
  return { shape, begin, end, type: Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined };
}

function areSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
}

function beside(path: string, { name }: FileBeside): string {
  return path.endsWith(name) ? '' : ` '${name}'`;
}
