import { isStoreTrouble, type ObjectStore } from '@unitscope/store';
import { TableFile, type ColumnSpecs, type TableSchema } from '@unitscope/tables';

/**
 * The metadata of a table of the store; null of one that is damaged, gone or of another version. The store's own trouble is
 * none of the table's, and is thrown.
 */
export async function tableMetadata<C extends ColumnSpecs>(
  store: ObjectStore,
  key: string,
  schema: TableSchema<C>,
): Promise<ReadonlyMap<string, string> | null> {
  try {
    const reader = await store.open(key);
    try {
      return (await TableFile.open(reader, schema)).metadata;
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (isStoreTrouble(error)) throw error;
    return null;
  }
}
