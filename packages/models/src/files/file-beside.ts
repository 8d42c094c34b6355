import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { dirname, join, posix, sep, win32 } from 'node:path';
import { UnreadableModelError } from '../errors.js';

/** A file that a checkpoint names, looked at: inside the checkpoint's folder, a regular file. */
export interface FileBeside {
  /** As all of unitscope names it: relative to the checkpoint's folder, with `/`. */
  readonly name: string;
  /** Absolute, free of links. */
  readonly path: string;
  readonly bytes: number;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** A name that a checkpoint gives to a file, in its one form. Throws UnreadableModelError where it leads out of the folder. */
export function nameBeside(entry: string, written: string): string {
  const name = posix.normalize(written);
  const isAbsolute = posix.isAbsolute(written) || win32.isAbsolute(written);
  const isStrange = ['.', './'].includes(name) || name.endsWith('/') || /[\\\0]/.test(name);
  if (written === '' || isAbsolute || isStrange || name.split('/')[0] === '..') {
    throw new UnreadableModelError(
      `${entry}: its weights lie in '${written}', outside the model's folder; expected the name of a file beside the model`,
    );
  }
  return name;
}

/**
 * The one way from the name that a checkpoint gives to the file: inside the checkpoint's folder once all links are
 * followed, and regular. Where the checkpoint itself is a link (the cache of Hugging Face is made of them), the folder
 * that it leads to counts as well. Throws UnreadableModelError.
 */
export async function fileBeside(entry: string, written: string): Promise<FileBeside> {
  const name = nameBeside(entry, written);
  const folder = dirname(entry);
  const path = await realpath(join(folder, name)).catch((cause: unknown) => {
    throw new UnreadableModelError(`${entry}: its file ${name} is missing`, { cause });
  });
  const folders = [await realpath(folder), dirname(await realpath(entry))];
  if (!folders.some((inside) => path.startsWith(inside.endsWith(sep) ? inside : inside + sep))) {
    throw new UnreadableModelError(
      `${entry}: its file '${name}' is a link to ${path}, outside the model's folder; put the file itself there`,
    );
  }
  const found = await stat(path);
  if (!found.isFile()) {
    throw new UnreadableModelError(
      `${entry}: expected a file '${name}', found ${found.isDirectory() ? 'a folder' : 'no regular file'}`,
    );
  }
  return { name, path, bytes: found.size };
}

/** Throws UnreadableModelError where a file is shorter than what is to be read of it. */
export function refuseShort(entry: string, file: FileBeside, { offset, length }: ByteRange): void {
  if (offset + length <= file.bytes) return;
  throw new UnreadableModelError(
    `${entry}: its file '${file.name}' should hold at least ${offset + length} bytes and holds ${file.bytes}; is it complete?`,
  );
}

/** Ranges of a file that fileBeside found, and nothing beside them. Throws UnreadableModelError. */
export async function readBeside(
  entry: string,
  file: FileBeside,
  ranges: readonly ByteRange[],
): Promise<Uint8Array<ArrayBuffer>[]> {
  // Neither a link that stands there now is followed, nor a pipe waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file.path, flags).catch((cause: unknown) => {
    throw new UnreadableModelError(`${entry}: its file '${file.name}' cannot be read`, { cause });
  });
  try {
    const [opened, place] = [await handle.stat(), await realpath(file.path).catch(() => null)];
    if (!opened.isFile() || place !== file.path)
      throw new UnreadableModelError(`${entry}: its file '${file.name}' changed while it was read`);
    const read: Uint8Array<ArrayBuffer>[] = [];
    for (const range of ranges) {
      refuseShort(entry, { ...file, bytes: opened.size }, range);
      const bytes = new Uint8Array(range.length);
      for (let at = 0; at < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, at, bytes.length - at, range.offset + at);
        if (bytesRead === 0) refuseShort(entry, { ...file, bytes: range.offset + at }, range);
        at += bytesRead;
      }
      read.push(bytes);
    }
    return read;
  } finally {
    await handle.close();
  }
}
