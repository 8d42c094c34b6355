import { execFile } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FileSource } from '../src/file-source.js';
import { rejection } from './fixture.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-tables-'));
});

afterAll(() => rm(folder, { recursive: true }));

it('reads exact ranges', async () => {
  const path = join(folder, 'a.bin');
  await writeFile(path, Uint8Array.of(1, 2, 3, 4, 5));
  const source = await FileSource.open(path);
  const bytes = new Uint8Array(3);
  await source.readInto(bytes, 1);
  expect(Array.from(bytes)).toEqual([2, 3, 4]);
  expect(source).toMatchObject({ name: path, size: 5 });
  await source.close();
});

it('names a missing file, a folder and an empty file', async () => {
  const missing = await rejection(FileSource.open(join(folder, 'none.arrow')));
  expect(missing).toMatchObject({ code: 'FILE_UNREADABLE' });
  expect((missing as Error).message).toBe(
    `${join(folder, 'none.arrow')}: cannot be read: there is no such file`,
  );
  const aFolder = await rejection(FileSource.open(folder));
  expect(aFolder).toMatchObject({ code: 'FILE_UNREADABLE' });
  expect((aFolder as Error).message).toContain('found a folder');
  await writeFile(join(folder, 'empty.arrow'), '');
  expect(await rejection(FileSource.open(join(folder, 'empty.arrow')))).toMatchObject({ code: 'FILE_EMPTY' });
  await writeFile(join(folder, 'file'), 'x');
  expect(await rejection(FileSource.open(join(folder, 'file', 'in.arrow')))).toMatchObject({
    code: 'FILE_UNREADABLE',
  });
});

it('does not wait for a pipe', async () => {
  const pipe = join(folder, 'pipe');
  await promisify(execFile)('mkfifo', [pipe]);
  expect(await rejection(FileSource.open(pipe))).toMatchObject({ code: 'FILE_UNREADABLE' });
});

it('says when the file has become shorter', async () => {
  const path = join(folder, 'shrinks.bin');
  await writeFile(path, new Uint8Array(100));
  const source = await FileSource.open(path);
  await truncate(path, 10);
  expect(await rejection(source.readInto(new Uint8Array(50), 0))).toMatchObject({ code: 'FILE_UNREADABLE' });
  await source.close();
});
