import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { glob } from 'tinyglobby';
import { beforeAll, expect, it } from 'vitest';
import { findPaths } from '../../src/resolve/patterns/find-paths.ts';

let folder: string;
const LONG = 'a'.repeat(120);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-paths-'));
  const names = [
    'step-1.onnx',
    'step-10.onnx',
    'run-a/ckpt/step-1.onnx',
    'run-a/ckpt/step-2.onnx',
    'run-b/ckpt/deep/step-3.onnx',
    'run-b/.hidden/step-4.onnx',
    'run[c]/model.json',
    '.dot.onnx',
    'it(1).onnx',
    `long/${LONG}.onnx`,
  ];
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), '');
  }
});

it.each([
  '*.onnx',
  './step-?.onnx',
  'run-*/ckpt/*.onnx',
  'run-{a,b}/**/*.onnx',
  '**/*.onnx',
  '**/step-[1-3].onnx',
  'run-@(a|b)/ckpt',
  '*/',
  'run-b/.hidden/*',
  '.*.onnx',
  '{run-a/ckpt,run-b/ckpt/deep}/*.onnx',
  'run\\[c\\]/*',
  'run\\[c\\]/model.json',
  'step-1.onnx',
  'run-a/../*.onnx',
  'it\\(1\\).onnx',
  '!*.onnx',
  '!(step)*.onnx',
  'nothing/*.onnx',
])('finds what the glob %s says, as tinyglobby does', async (pattern) => {
  for (const foldersToo of [false, true]) {
    const options = { cwd: folder, absolute: true, onlyFiles: !foldersToo, expandDirectories: false };
    const expected = await glob(pattern, options);
    expect((await findPaths(pattern, folder, { foldersToo })).sort()).toEqual(expected.sort());
  }
});

it('finds what lies beside the folder, and by an absolute path', async () => {
  const sub = join(folder, 'run-a');
  const found = await findPaths('../step-*.onnx', sub);
  expect(found.map((path) => relative(folder, path)).sort()).toEqual(['step-1.onnx', 'step-10.onnx']);
  expect(await findPaths(`${sub}/ckpt/*.onnx`, '/')).toHaveLength(2);
});

it.each([`${'*a'.repeat(30)}b.onnx`, 'long/+(+(+(a)))b.onnx'])(
  'answers at once where no name is such as would take long: %s',
  async (pattern) => {
    expect(await findPaths(pattern, folder)).toEqual([]);
  },
);

it('refuses what takes too long, and says so', async () => {
  await expect(findPaths(`long/${'*a'.repeat(20)}b.onnx`, folder)).rejects.toThrow(
    /takes more than 5 s: expected a glob with few stars in one name/,
  );
}, 60_000);
