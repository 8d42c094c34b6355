import { UnreadableModelError } from '../errors.js';
import { readBeside, type FileBeside } from '../files/file-beside.js';
import { StoredZip, type ZipKind } from './stored-zip.js';
import { refuseBeyond, rowMajor, type WeightTensor, type WeightType } from './weight-tensor.js';

const KIND: ZipKind = {
  what: 'an .npz file of NumPy',
  packed: () => 'write it with numpy.savez, which packs nothing',
};
// The header of NumPy's format (NEP 1): magic, version, the length of a Python dictionary, the dictionary.
const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const FIRST_BYTES = 12;
const MOST_HEADER_BYTES = 1 << 20;
const DICTIONARY =
  /^\{'descr': (?:'([^']*)'|(\[.*\])), 'fortran_order': (True|False), 'shape': \(((?:\d+,? ?)*)\), *\}\s*$/s;

const TYPES: Readonly<Record<string, WeightType>> = {
  ...{ '<f8': 'float64', '<f4': 'float32', '<f2': 'float16' },
  ...{ '<i8': 'int64', '<i4': 'int32', '<i2': 'int16', '|i1': 'int8', '|u1': 'uint8', '|b1': 'bool' },
};

/** What an .npz file holds, by its names in it. */
interface NumpyArrays {
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  /** What those are that are not read. */
  readonly unread: ReadonlyMap<string, string>;
}

/** The arrays of an .npz file. Nothing is unpickled. Throws UnreadableModelError. */
export async function readNumpy(path: string, file: FileBeside): Promise<NumpyArrays> {
  return await StoredZip.with(path, file, KIND, async (zip) => {
    const tensors = new Map<string, WeightTensor>();
    const unread = new Map<string, string>();
    for (const entry of zip.names) {
      const name = entry.replace(/\.npy$/, '');
      if (name === entry) continue;
      const [start, bytes] = [await zip.start(entry), zip.bytes(entry)];
      const { type, descr, shape, strides, header } = await headerAt(path, file, name, start, bytes);
      if (type === undefined) unread.set(name, `numbers of type ${descr}, which are not read`);
      else {
        const tensor = { type, shape, strides, file, offset: start + header };
        refuseBeyond(path, name, tensor, bytes - header);
        tensors.set(name, tensor);
      }
    }
    if (tensors.size === 0) throw new UnreadableModelError(`${path}: expected arrays by name, found none`);
    return { tensors, unread };
  });
}

async function headerAt(path: string, file: FileBeside, name: string, start: number, bytes: number) {
  const refuse = (): never => {
    throw new UnreadableModelError(
      `${path}: array '${name}': expected the header of an .npy file, found something else`,
    );
  };
  const [begun] = await readBeside(path, file, [{ offset: start, length: Math.min(FIRST_BYTES, bytes) }]);
  const first = Buffer.from(begun ?? []);
  if (first.length < FIRST_BYTES || !first.subarray(0, MAGIC.length).equals(MAGIC)) return refuse();
  const [at, length] = first[MAGIC.length] === 1 ? [10, first.readUInt16LE(8)] : [12, first.readUInt32LE(8)];
  if (length > MOST_HEADER_BYTES || at + length > bytes) return refuse();
  const [text] = await readBeside(path, file, [{ offset: start + at, length }]);
  const [, simple, fields, fortran, sizes = ''] =
    DICTIONARY.exec(Buffer.from(text ?? []).toString('latin1')) ?? refuse();
  const descr = simple ?? fields ?? '';
  const shape = [...sizes.matchAll(/\d+/g)].map(([size]) => Number(size));
  const strides = fortran === 'True' ? rowMajor(shape.toReversed()).toReversed() : rowMajor(shape);
  return {
    type: Object.hasOwn(TYPES, descr) ? TYPES[descr] : undefined,
    descr,
    shape,
    strides,
    header: at + length,
  };
}
