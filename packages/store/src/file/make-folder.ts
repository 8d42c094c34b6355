import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from './errno.js';

/**
 * Makes a folder and those above it. Not by `recursive: true`, which goes round for ever where a folder that exists
 * answers "no such file" to mkdir, as /proc does.
 */
export async function makeFolder(folder: string): Promise<void> {
  if ((await tryToMake(folder)) !== 'ENOENT') return;
  await makeFolder(path.dirname(folder));
  if ((await tryToMake(folder)) !== 'ENOENT') return;
  throw Object.assign(new Error(`no folder can be made here: ${folder}`), { code: 'EROFS' });
}

async function tryToMake(folder: string): Promise<'made' | 'ENOENT'> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'ENOENT';
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  return 'made';
}
