import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../src/file/make-folder.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'unitscope-folder-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('makes a folder with those above it, and leaves one that is there', async () => {
  const folder = path.join(root, 'a', 'b', 'c');
  await makeFolder(folder);
  await makeFolder(folder);
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test('fails below a file', async () => {
  await writeFile(path.join(root, 'file'), '');
  await expect(makeFolder(path.join(root, 'file', 'a'))).rejects.toThrow(/ENOTDIR/);
});

test.runIf(process.platform === 'linux')(
  'fails, and does not go on for ever, where the system makes no folders',
  async () => {
    await expect(makeFolder('/proc/unitscope/a')).rejects.toThrow(/no folder can be made|EACCES|ENOENT/);
  },
);
