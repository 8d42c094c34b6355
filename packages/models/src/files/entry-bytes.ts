import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { UnreadableModelError } from '../errors.js';
import { fileVersion } from './file-version.js';

interface Entry {
  /** As fileVersion says, before and after it was read. */
  readonly version: string;
  readonly bytes: WeakRef<Buffer>;
  sha256: string | null;
}

/** The files that were read last. Their bytes are there as long as anyone holds them: nothing is kept for their sake. */
const entries = new Map<string, Entry>();
const MOST_ENTRIES = 16;

/**
 * The bytes of the file that is opened, which nobody may change. What looks at one file after the other (its names, its
 * digest, its layers, its session) reads it once, as long as it is not written meanwhile. Throws UnreadableModelError.
 */
export async function entryBytes(path: string): Promise<Buffer> {
  return (await readEntry(path)).bytes;
}

/** SHA-256 and length of those bytes. Throws UnreadableModelError. */
export async function entryDigest(path: string): Promise<{ sha256: string; bytes: number }> {
  const { entry, bytes } = await readEntry(path);
  entry.sha256 ??= createHash('sha256').update(bytes).digest('hex');
  return { sha256: entry.sha256, bytes: bytes.length };
}

async function readEntry(path: string): Promise<{ entry: Entry; bytes: Buffer }> {
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile())
    throw new UnreadableModelError(`${path}: expected a file, found something else of this name`);
  const version = await fileVersion(path);
  const known = entries.get(path);
  const held = known?.version === version ? known.bytes.deref() : undefined;
  if (known !== undefined && held !== undefined) return { entry: known, bytes: held };
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new UnreadableModelError(`${path} cannot be read`, { cause });
  });
  const entry = { version, bytes: new WeakRef(bytes), sha256: null };
  entries.delete(path);
  // Of a file that was written while it was read nothing is known.
  if ((await fileVersion(path)) === version) {
    entries.set(path, entry);
    const [oldest = ''] = entries.keys();
    if (entries.size > MOST_ENTRIES) entries.delete(oldest);
  }
  return { entry, bytes };
}
