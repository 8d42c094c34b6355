import type { ObjectStore } from '@unitscope/store';
import { TableWriter, type ColumnSpecs, type TableSchema, type TableWriterOptions } from '@unitscope/tables';

/** Writes a table as an object of the store while its rows are made: whole, or not at all. */
export async function writeTable<C extends ColumnSpecs>(
  store: ObjectStore,
  key: string,
  schema: TableSchema<C>,
  options: TableWriterOptions<C>,
  fill: (table: TableWriter<C>) => Promise<void>,
): Promise<void> {
  const writer = await store.createWriter(key);
  try {
    const table = await TableWriter.begin(schema, writer, options);
    await fill(table);
    await table.close();
    await writer.commit();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
