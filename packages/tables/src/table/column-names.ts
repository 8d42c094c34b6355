import type { ByteSource } from '../byte-source.js';
import { ArrowFile } from '../ipc/arrow-file.js';

/** The names of the columns of an Arrow file, in their order; its rows are not looked at. Throws as ArrowFile.open. */
export async function columnNames(source: ByteSource): Promise<string[]> {
  const { fields } = await ArrowFile.open(source);
  return fields.map(({ name }) => name);
}
