import { lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReproductionFolderError } from './errors.js';

/** A file in it says that a folder is of a reproduction: what lies in one without it is of someone else. */
const MARKER = '.unitscope-reproduction';
/** It has checks of its own. */
const STORE = 'store';

/**
 * Takes a folder that is new, empty or of an earlier reproduction of this user, as trainings are removed from it and files
 * replaced. No link in it is followed: it may have been unpacked from an archive. Throws ReproductionFolderError.
 */
export async function takeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const marker = join(folder, MARKER);
  if ((await readdir(folder)).length === 0) await mark(marker);
  const found = await lstat(marker).catch(() => null);
  if (found?.isFile() !== true || (process.getuid !== undefined && found.uid !== process.getuid())) {
    throw new ReproductionFolderError(
      `${folder}: expected a new or empty folder, or one of \`unitscope reproduce\`, which has a file ${MARKER} of this ` +
        'user; found other files: name another folder by --out',
    );
  }
  await refuseLinks(folder, STORE);
}

/** Another process may have marked it at the same time: which of them is alone in it is seen later. */
async function mark(marker: string): Promise<void> {
  const text = 'what unitscope reproduce made; it replaces and removes files here\n';
  await writeFile(marker, text, { flag: 'wx' }).catch((error: unknown) => {
    if (!isOf(error, 'EEXIST')) throw error;
  });
}

async function refuseLinks(folder: string, unseen?: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (!isOf(error, 'ENOENT')) throw error;
    return []; // removed meanwhile
  });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== unseen) await refuseLinks(path);
    } else if (!entry.isFile()) {
      throw new ReproductionFolderError(
        `${path}: expected a file or a folder of a reproduction, found a link, a pipe or a device: remove it`,
      );
    }
  }
}

function isOf(error: unknown, code: 'EEXIST' | 'ENOENT'): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
