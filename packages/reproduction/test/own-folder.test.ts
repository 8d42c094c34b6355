import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { ReproductionFolderError } from '../src/errors.ts';
import { takeFolder } from '../src/own-folder.ts';

const made: string[] = [];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-own-folder-'));
  made.push(folder);
});
afterAll(async () => {
  for (const path of made) await rm(path, { recursive: true });
});

it('takes a folder that is new, empty or of an earlier reproduction', async () => {
  const out = join(folder, 'deep', 'out');
  await takeFolder(out);
  await mkdir(join(out, 'networks'));
  await takeFolder(out);
  expect((await readdir(out)).sort()).toEqual(['.unitscope-reproduction', 'networks']);
  await takeFolder(join(folder, 'deep', 'other'));
});

it('refuses a folder with files of others, and touches none', async () => {
  await mkdir(join(folder, 'networks'));
  await expect(takeFolder(folder)).rejects.toThrow(ReproductionFolderError);
  await expect(takeFolder(folder)).rejects.toThrow(/found other files: name another folder by --out/);
  expect(await readdir(folder)).toEqual(['networks']);
  // A link is no marker.
  await writeFile(join(folder, 'elsewhere'), '');
  await symlink('elsewhere', join(folder, '.unitscope-reproduction'));
  await expect(takeFolder(folder)).rejects.toThrow(ReproductionFolderError);
});

it('refuses a link anywhere in the folder, and a link in the place of the store', async () => {
  const out = join(folder, 'out');
  await takeFolder(out);
  await mkdir(join(out, 'networks', 'pooling-plain'), { recursive: true });
  await symlink(folder, join(out, 'networks', 'pooling-plain', 'clean'));
  await expect(takeFolder(out)).rejects.toThrow(
    /pooling-plain\/clean: expected a file or a folder of a reproduction/,
  );
  await rm(join(out, 'networks', 'pooling-plain', 'clean'));
  await symlink(folder, join(out, 'store'));
  await expect(takeFolder(out)).rejects.toThrow(/store: expected a file or a folder of a reproduction/);
});
