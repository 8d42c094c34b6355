import { readFile } from 'node:fs/promises';
import { tableFromIPC, Type, type DataType, type Table } from '@uwdata/flechette';
import { checkArrow } from '@unitscope/tables';
import { InputError } from '@unitscope/base';
import { ImageTableError } from '../errors.js';
import {
  chooseColumns,
  huggingFaceNames,
  imageBytes,
  noImage,
  readLabel,
  type ImageTable,
  type TableColumns,
} from './image-table.js';
import { readRange } from '../decode/scratch-file.js';

/** Where a row has no image. */
const NONE = -1;

/**
 * Opens an Arrow file or stream (Hugging Face keeps the latter). It is read once to learn where its images lie; from
 * then on each is read from there. Throws where it is compressed.
 */
export async function openArrow(path: string, wanted: TableColumns): Promise<ImageTable> {
  const file = await readFile(path);
  refuseDamaged(path, file);
  const table = decoded(file);
  const { fields } = table.schema;
  const columns = fields.map(({ name, type }) => ({ name, holdsImages: holdsImages(type) }));
  const { image, label } = chooseColumns(path, columns, wanted);
  if (!fields.some(({ name, type }) => name === label && isFlat(type)))
    throw new ImageTableError(
      `${path}: expected a label that is a text or a whole number, found lists or structs in the column '${label}'`,
    );
  const starts: number[] = [];
  const lengths: number[] = [];
  for (const value of table.getChild(image)) {
    const bytes = imageBytes(value);
    starts.push(bytes === null ? NONE : bytes.byteOffset - file.byteOffset);
    lengths.push(bytes?.length ?? 0);
  }
  if (starts.length > 0 && starts.every((start) => start === NONE)) throw noImage(path, 0);
  return {
    labels: [...table.getChild(label)].map((value, row) => readLabel(path, row, value)),
    classNames: huggingFaceNames(table.schema.metadata?.get('huggingface'), label),
    image: async (row) => {
      const start = starts[row] ?? NONE;
      if (start === NONE) throw noImage(path, row);
      return await readRange(path, start, lengths[row] ?? 0);
    },
  };
}

/** What flechette reads it trusts: a count that is not true is gone through all the same. */
function refuseDamaged(path: string, file: Uint8Array): void {
  try {
    checkArrow(path, file);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new ImageTableError(cause.message, { cause });
  }
}

function decoded(file: Uint8Array): Table {
  try {
    return tableFromIPC(file);
  } catch (cause) {
    if (cause instanceof TypeError) {
      throw new Error(
        'a dictionary in it cannot be read (polars writes its Categorical so); write its texts: ' +
          "pl.read_ipc(path).with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)).write_ipc('texts.arrow')",
        { cause },
      );
    }
    if (!String(cause).includes('compression codec')) throw cause;
    // An image inside a compressed buffer lies nowhere in the file.
    throw new Error('its buffers are compressed; write it uncompressed, or as Parquet', { cause });
  }
}

function holdsImages(type: DataType): boolean {
  // All parts of a struct are read with its bytes.
  if (type.typeId === Type.Struct)
    return (
      type.children.some(({ name, type: child }) => name === 'bytes' && isBytes(child)) &&
      type.children.every(({ type: child }) => isFlat(child))
    );
  return isBytes(type);
}

const NESTED: readonly number[] = [
  ...[Type.List, Type.LargeList, Type.ListView, Type.LargeListView, Type.FixedSizeList],
  ...[Type.Map, Type.Struct, Type.Union, Type.RunEndEncoded],
];

/** Whether a value is one value, and no list of others as long as the file says. */
function isFlat(type: DataType): boolean {
  return type.typeId === Type.Dictionary ? isFlat(type.dictionary) : !NESTED.includes(type.typeId);
}

function isBytes({ typeId }: DataType): boolean {
  return typeId === Type.Binary || typeId === Type.LargeBinary || typeId === Type.BinaryView;
}
