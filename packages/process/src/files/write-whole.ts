import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Letters of a file's name in that of its unfinished self: a name has at most 255 bytes. */
const KEPT_LETTERS = 50;

/**
 * A file that appears whole or not at all: `make` makes it under another name beside its place, then it is renamed. A link in
 * its place is replaced, never followed. Throws what `make` and the system throw; nothing is left then.
 */
export async function makeWhole(path: string, make: (unfinished: string) => Promise<void>): Promise<void> {
  const name = `.${basename(path).slice(0, KEPT_LETTERS)}.${randomUUID()}.partial`;
  const unfinished = join(dirname(path), name);
  try {
    await make(unfinished);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Writes a file that appears whole or not at all, as `makeWhole` does; `mode`: its permissions. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array | Iterable<Uint8Array>,
  { mode }: { readonly mode?: number } = {},
): Promise<void> {
  const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  await makeWhole(path, async (unfinished) => {
    const handle = await open(unfinished, 'wx', mode);
    try {
      for (const piece of pieces) await handle.writeFile(piece);
    } finally {
      await handle.close();
    }
  });
}
