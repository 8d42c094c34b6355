import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderOf, openStore, schemeOf } from '../src/open-store.js';
import { StoreUriError } from '../src/store-errors.js';

describe('openStore', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'unitscope-open-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('takes file:///absolute, file://./relative and plain folders', async () => {
    const here = pathToFileURL(process.cwd()).href;
    expect((await openStore(pathToFileURL(folder).href)).uri).toBe(pathToFileURL(folder).href);
    expect((await openStore(folder)).uri).toBe(pathToFileURL(folder).href);
    expect((await openStore('./.unitscope')).uri).toBe(`${here}/.unitscope`);
    expect((await openStore('file://./.unitscope')).uri).toBe(`${here}/.unitscope`);
    expect((await openStore('file:///with%20space')).uri).toBe('file:///with%20space');
  });

  test.each(['http://host/x', 'file://host/x', ''])('refuses %j', async (uri) => {
    await expect(openStore(uri)).rejects.toThrow(StoreUriError);
    await expect(openStore(uri)).rejects.toThrow('expected file:///folder');
  });

  test.each(['C:\\maps\\store', 'c:/maps/store', '\\\\server\\share\\store'])(
    'takes %s as a folder of Windows, not as an address',
    (folder) => {
      expect(schemeOf(folder)).toBeUndefined();
      expect(folderOf(folder)).toBe(folder);
    },
  );

  test('refuses a file', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    await expect(openStore(file)).rejects.toThrow('expected a folder, found a file');
    await expect(openStore(path.join(file, 'below'))).rejects.toThrow('expected a folder');
  });
});
