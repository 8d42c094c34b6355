import { createHash } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { entryBytes, entryDigest } from '../../src/files/entry-bytes.ts';
import { UnreadableModelError } from '../../src/errors.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-entry-'));
});
afterAll(() => rm(folder, { recursive: true }));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

it('reads a file once for all who look at it, and gives the digest of what they hold', async () => {
  const path = join(folder, 'a.onnx');
  await writeFile(path, 'first');
  const bytes = await entryBytes(path);
  expect(await entryBytes(path)).toBe(bytes);
  expect(await entryDigest(path)).toEqual({ sha256: sha256('first'), bytes: 5 });
});

it('reads it again once it was written, of the same size and time too', async () => {
  const path = join(folder, 'b.onnx');
  const time = new Date(2020, 1, 1);
  await writeFile(path, 'one');
  await utimes(path, time, time);
  const held = await entryBytes(path);
  await writeFile(path, 'two');
  await utimes(path, time, time);
  expect((await entryBytes(path)).toString()).toBe('two');
  expect(await entryDigest(path)).toEqual({ sha256: sha256('two'), bytes: 3 });
  expect(held.toString()).toBe('one');
});

it('names what is no file', async () => {
  await expect(entryBytes(folder)).rejects.toThrow(UnreadableModelError);
  await expect(entryBytes(join(folder, 'none.onnx'))).rejects.toThrow('cannot be read');
});
