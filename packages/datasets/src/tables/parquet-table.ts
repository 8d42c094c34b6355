import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import {
  chooseColumns,
  huggingFaceNames,
  imageBytes,
  noImage,
  readLabel,
  type ImageTable,
  type TableColumns,
} from './image-table.js';
import { MAX_ENTRIES } from '../archives/archive-entry.js';
import { PageBudget } from './parquet/page-budget.js';
import { ScratchFile } from '../decode/scratch-file.js';

// A row group is decoded as a whole.
const MAX_GROUP_BYTES = 2 ** 31;
/** Images are packed already: those of a file take at most so many times its bytes. */
const MOST_TIMES = 16;

interface Place {
  readonly start: number;
  /** null: the cell holds no image. */
  readonly length: number | null;
}

const NO_IMAGE: Place = { start: 0, length: null };

/**
 * Opens a Parquet file. A row group is decoded when one of its images is asked for first, and its images are put into a
 * nameless file from which all are read: images of one category lie scattered over all groups.
 */
export async function openParquet(path: string, wanted: TableColumns): Promise<ImageTable> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = parquetSchema(metadata).children.map(({ element, children }) => ({
    name: element.name,
    holdsImages:
      children.some((child) => child.element.name === 'bytes') ||
      (element.type === 'BYTE_ARRAY' &&
        element.converted_type === undefined &&
        element.logical_type === undefined),
  }));
  const { image, label } = chooseColumns(path, columns, wanted);
  const groups: { from: number; rows: number; places: Promise<Place[]> | null }[] = [];
  let rows = 0;
  for (const group of metadata.row_groups) {
    const bytes = group.columns
      .filter(({ meta_data }) => [image, label].includes(meta_data?.path_in_schema[0] ?? ''))
      .reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0);
    if (bytes > MAX_GROUP_BYTES) {
      throw new Error(`a row group of ${bytes} bytes; write it with a smaller row_group_size`);
    }
    groups.push({ from: rows, rows: Number(group.num_rows), places: null });
    rows += Number(group.num_rows);
    // An image has a byte at least; a count that no file of this length can hold would be gone through all the same.
    if (!(Number(group.num_rows) >= 0 && rows <= Math.min(file.byteLength, MAX_ENTRIES)))
      throw new Error(
        `it says that it has ${rows} rows in ${file.byteLength} bytes; at most ${MAX_ENTRIES} are read`,
      );
  }
  const pages = await PageBudget.create(MAX_GROUP_BYTES);
  const read = async (column: string, from: number, to: number) =>
    await parquetReadObjects({
      file,
      metadata,
      compressors: pages.decoders(),
      columns: [column],
      rowStart: from,
      rowEnd: to,
      utf8: false,
    });

  let scratch: Promise<ScratchFile> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const place = async (from: number, to: number): Promise<Place[]> => {
    const cells = await read(image, from, to);
    const places: Place[] = [];
    // Many rows may share the bytes of one image, by the file's dictionary.
    const shared = new Map<Uint8Array, Place>();
    for (const cell of cells) {
      const bytes = imageBytes(cell[image]);
      let place = bytes === null ? NO_IMAGE : shared.get(bytes);
      if (bytes !== null && place === undefined) {
        const target = await (scratch ??= ScratchFile.create());
        if (target.bytes + bytes.length > MOST_TIMES * file.byteLength)
          throw new Error(`its images take more than ${MOST_TIMES} times the bytes of the file`);
        place = { start: await target.append(bytes), length: bytes.length };
        shared.set(bytes, place);
      }
      places.push(place ?? NO_IMAGE);
    }
    return places;
  };
  const labels: ReturnType<typeof readLabel>[] = [];
  for (const { from, rows: count } of groups) {
    for (const [i, cell] of (await read(label, from, from + count)).entries())
      labels.push(readLabel(path, from + i, cell[label]));
  }
  return {
    labels,
    classNames: huggingFaceNames(
      metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value,
      label,
    ),
    image: async (row) => {
      const group = groups.findLast(({ from }) => from <= row);
      if (group === undefined) throw new RangeError(`no row ${row}`);
      if (group.places === null) {
        // One group after another: each holds its images in memory.
        group.places = turn.then(() => place(group.from, group.from + group.rows));
        turn = group.places.catch(() => undefined);
      }
      const { start, length } = (await group.places)[row - group.from] ?? { start: 0, length: null };
      if (length === null) throw noImage(path, row);
      return await (await (scratch ??= ScratchFile.create())).read(start, length);
    },
  };
}
