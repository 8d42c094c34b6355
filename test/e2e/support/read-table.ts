import { readFile } from 'node:fs/promises';
import {
  decodeTable,
  memorySource,
  type Columns,
  type ColumnSpecs,
  type TableSchema,
} from '@unitscope/tables';

/** The columns of a table that the command line wrote. */
export async function readTable<C extends ColumnSpecs>(
  path: string,
  schema: TableSchema<C>,
): Promise<Columns<C>> {
  return decodeTable(memorySource(path, await readFile(path)), schema);
}
