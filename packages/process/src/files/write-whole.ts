import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/** Writes a file that appears whole or not at all. Links are replaced, never followed. */
export async function writeWhole(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const partial = `${path}.${randomUUID()}.partial`;
  const handle = await open(partial, 'wx');
  try {
    for (const piece of pieces) await handle.writeFile(piece);
    await handle.close();
    await rename(partial, path);
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
}
