import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { columnNames, encodeTable, textColumn, unitBirthsSchema } from '@unitscope/tables';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'unitscope-columns-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

it('reads the names of the columns in their order, and refuses what is no whole Arrow file', async () => {
  const file = join(await folder(), 'a.arrow');
  const bytes = await encodeTable(unitBirthsSchema, {
    unit: new Uint32Array(0),
    image: textColumn([]),
    birth_rank: { values: new Uint32Array(0), valid: new Uint8Array(0) },
  });
  await writeFile(file, bytes);
  expect(await columnNames(file)).toEqual(Object.keys(unitBirthsSchema.columns));
  await writeFile(file, bytes.subarray(0, bytes.length - 20));
  await expect(columnNames(file)).rejects.toThrow(/does not end as one/);
  await writeFile(file, 'no table');
  await expect(columnNames(file)).rejects.toThrow(/text that begins with "no table"/);
  await expect(columnNames(`${file}.gone`)).rejects.toThrow(/cannot be read/);
});
