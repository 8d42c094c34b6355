import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { StoreLinkError } from '../store-errors.js';
import { errnoOf } from './errno.js';

// A store may have been unpacked from an archive, or lie in a folder that others write to. Where something is removed or
// appended to, no symbolic link is followed, and a pipe is not waited for.

/**
 * Throws StoreLinkError where a folder on the way from the root to `folder` is a symbolic link. What is not there leads
 * nowhere. The root itself is where its user says.
 */
export async function refuseLinks(root: string, folder: string): Promise<void> {
  const parts = path.relative(root, folder).split(path.sep);
  let at = root;
  for (const part of parts) {
    if (part === '') continue;
    at = path.join(at, part);
    const found = await lstat(at).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return null;
      throw error;
    });
    if (found === null) return;
    if (found.isSymbolicLink()) {
      throw new StoreLinkError(
        `${at}: expected a folder of the store, found a symbolic link; nothing is removed or written through it: ` +
          'put what it leads to in its place, or remove the link',
      );
    }
  }
}

/** Opens a regular file to be read; undefined where there is none, or a link or a pipe has its name. */
export async function openPlain(file: string): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  return await openRegular(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}

/** Opens a regular file to be appended to, new or there; undefined where a link or a pipe has its name. */
export async function openToAppend(file: string): Promise<FileHandle | undefined> {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  return await openRegular(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
}

/** ELOOP: a link; ENXIO: a pipe that nobody reads, or a socket. */
async function openRegular(file: string, flags: number): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, flags, 0o666);
  } catch (error) {
    if (['ELOOP', 'ENXIO', 'EMLINK'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}
