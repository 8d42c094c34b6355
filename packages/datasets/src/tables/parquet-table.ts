import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type FileMetaData,
} from 'hyparquet';
import {
  chooseColumns,
  huggingFaceNames,
  noImage,
  readLabel,
  type ImageTable,
  type TableColumns,
} from './image-table.js';
import { MAX_ENTRIES } from '../archives/archive-entry.js';
import { GroupImages, type ReadColumn, type RowGroup } from './parquet/group-images.js';
import { PageBudget } from './parquet/page-budget.js';

// A row group is decoded as a whole.
const MAX_GROUP_BYTES = 2 ** 31;

/**
 * Opens a Parquet file. A row group is decoded when one of its images is asked for first, and its images are put into a
 * nameless file from which all are read: images of one category lie scattered over all groups.
 */
export async function openParquet(path: string, wanted: TableColumns): Promise<ImageTable> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const { image, label } = chooseColumns(path, columnsOf(metadata), wanted);
  const groups = rowGroups(metadata, [image, label], file.byteLength);
  const pages = await PageBudget.create(MAX_GROUP_BYTES);
  const read: ReadColumn = (column, from, to) =>
    parquetReadObjects({
      file,
      metadata,
      compressors: pages.decoders(),
      columns: [column],
      rowStart: from,
      rowEnd: to,
      utf8: false,
    });
  const labels: ReturnType<typeof readLabel>[] = [];
  for (const { from, rows } of groups) {
    for (const [i, cell] of (await read(label, from, from + rows)).entries())
      labels.push(readLabel(path, from + i, cell[label]));
  }
  const images = new GroupImages(groups, image, read, file.byteLength);
  return {
    labels,
    classNames: huggingFaceNames(
      metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value,
      label,
    ),
    image: async (row) => {
      const bytes = await images.at(row);
      if (bytes === null) throw noImage(path, row);
      return bytes;
    },
  };
}

function columnsOf(metadata: FileMetaData): { name: string; holdsImages: boolean }[] {
  return parquetSchema(metadata).children.map(({ element, children }) => ({
    name: element.name,
    holdsImages:
      children.some((child) => child.element.name === 'bytes') ||
      (element.type === 'BYTE_ARRAY' &&
        element.converted_type === undefined &&
        element.logical_type === undefined),
  }));
}

/** Throws where a group is too large to be decoded, or has rows that no file of this length can hold. */
function rowGroups(metadata: FileMetaData, columns: readonly string[], fileBytes: number): RowGroup[] {
  const groups: RowGroup[] = [];
  let rows = 0;
  for (const group of metadata.row_groups) {
    const bytes = group.columns
      .filter(({ meta_data }) => columns.includes(meta_data?.path_in_schema[0] ?? ''))
      .reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0);
    if (bytes > MAX_GROUP_BYTES) {
      throw new Error(`a row group of ${bytes} bytes; write it with a smaller row_group_size`);
    }
    groups.push({ from: rows, rows: Number(group.num_rows) });
    rows += Number(group.num_rows);
    // An image has a byte at least; a count that no file of this length can hold would be gone through all the same.
    if (!(Number(group.num_rows) >= 0 && rows <= Math.min(fileBytes, MAX_ENTRIES)))
      throw new Error(
        `it says that it has ${rows} rows in ${fileBytes} bytes; at most ${MAX_ENTRIES} are read`,
      );
  }
  return groups;
}
