import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import {
  chooseColumns,
  huggingFaceNames,
  imageBytes,
  noImage,
  readLabel,
  type ImageTable,
  type TableColumns,
} from './image-table.js';
import { ScratchFile } from './scratch-file.js';

// A row group is decoded as a whole.
const MAX_GROUP_BYTES = 2 ** 31;

interface Place {
  readonly start: number;
  /** null: the cell holds no image. */
  readonly length: number | null;
}

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
      .filter(({ meta_data }) => meta_data?.path_in_schema[0] === image)
      .reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0);
    if (bytes > MAX_GROUP_BYTES) {
      throw new Error(`a row group of ${bytes} bytes; write it with a smaller row_group_size`);
    }
    groups.push({ from: rows, rows: Number(group.num_rows), places: null });
    rows += Number(group.num_rows);
    // An image has a byte at least; a count that no file of this length can hold would be gone through all the same.
    if (!(Number(group.num_rows) >= 0 && rows <= file.byteLength))
      throw new Error(`it says that it has ${rows} rows in ${file.byteLength} bytes`);
  }
  const read = async (column: string, from: number, to: number) =>
    await parquetReadObjects({
      file,
      metadata,
      compressors,
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
    for (const cell of cells) {
      const bytes = imageBytes(cell[image]);
      if (bytes === null) {
        places.push({ start: 0, length: null });
        continue;
      }
      const target = await (scratch ??= ScratchFile.create());
      places.push({ start: await target.append(bytes), length: bytes.length });
    }
    return places;
  };
  const labels = await read(label, 0, rows);
  return {
    labels: labels.map((cell, row) => readLabel(path, row, cell[label])),
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
