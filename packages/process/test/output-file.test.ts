import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutputFile, placeOf } from '../src/files/output-file.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-output-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('OutputFile', () => {
  it('appears when it is committed, whole', async () => {
    const file = await OutputFile.create(join(folder, 'out'));
    await file.write(Buffer.from('one '));
    await file.write(Buffer.from('two'));
    expect(await readdir(folder)).not.toContain('out');
    await file.commit();
    expect(await readdir(folder)).toEqual(['out']);
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('one two');
  });

  it('leaves the old file and nothing beside it when it is aborted', async () => {
    await writeFile(join(folder, 'out'), 'old');
    const file = await OutputFile.create(join(folder, 'out'));
    await file.write(Buffer.from('new'));
    await file.abort();
    expect(await readdir(folder)).toEqual(['out']);
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('old');
  });

  it('replaces what a link leads to, not the link', async () => {
    await mkdir(join(folder, 'inner'));
    await writeFile(join(folder, 'inner', 'out'), 'old');
    await symlink('inner/out', join(folder, 'link'));
    const file = await OutputFile.create(join(folder, 'link'));
    await file.write(Buffer.from('new'));
    await file.commit();
    expect(await readFile(join(folder, 'inner', 'out'), 'utf8')).toBe('new');
    expect(
      (await readdir(folder, { withFileTypes: true })).find(({ name }) => name === 'link')?.isSymbolicLink(),
    ).toBe(true);
  });

  it('can be written twice at once; the last to commit wins', async () => {
    const [a, b] = [
      await OutputFile.create(join(folder, 'out')),
      await OutputFile.create(join(folder, 'out')),
    ];
    await a.write(Buffer.from('a'));
    await b.write(Buffer.from('b'));
    await b.commit();
    await a.commit();
    expect(await readFile(join(folder, 'out'), 'utf8')).toBe('a');
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('takes a name of 255 bytes', async () => {
    const file = await OutputFile.create(join(folder, 'n'.repeat(255)));
    await file.commit();
    expect(await readdir(folder)).toEqual(['n'.repeat(255)]);
  });
});

describe('placeOf', () => {
  it('is the same for two names of one place', async () => {
    expect(await placeOf(join(folder, '.', 'x'))).toBe(
      await placeOf(`${folder}/../${folder.split('/').at(-1) ?? ''}/x`),
    );
  });

  it.each([
    ['', 'the name of an output is empty'],
    ['.', 'found a folder'],
    ['new/', 'its folder does not exist|found that of a folder'],
    ['/dev/null', 'found a device or a pipe'],
  ])('refuses "%s"', async (name, message) => {
    const path = name === '' || name.startsWith('/') ? name : `${folder}/${name}`;
    await expect(placeOf(path)).rejects.toThrow(new RegExp(message));
  });
});
