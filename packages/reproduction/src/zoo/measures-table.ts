import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@unitscope/process';
import { encodeTable, type TableSchema } from '@unitscope/tables';

const NUMBER = { kind: 'float64', nullable: false } as const;

/** `measures.arrow` beside a training's checkpoints, of its log: a row a checkpoint, a column a measure. */
export async function writeMeasures(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'log.csv'), 'utf8');
  const [header = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const schema: TableSchema = {
    name: 'checkpoint-measures/1',
    columns: Object.fromEntries(header.map((name) => [name, NUMBER])),
  };
  const columns = header.map(
    (name, at) => [name, Float64Array.from(rows, (row) => Number(row[at]))] as const,
  );
  await writeWhole(join(folder, 'measures.arrow'), await encodeTable(schema, Object.fromEntries(columns)));
}
