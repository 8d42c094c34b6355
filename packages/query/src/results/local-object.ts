import { createHash } from 'node:crypto';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '@unitscope/process';
import { ObjectNotFoundError, type ObjectStore } from '@unitscope/store';

/** The engine would read these in a path as a pattern. */
const PATTERN = /[*?[\]{}]/;

/** The pattern of all objects right below a prefix, in a store of this machine; null where there is none. */
export function localPattern(store: ObjectStore, prefix: string): string | null {
  const folder = localPath(store, prefix);
  return folder === null ? null : path.join(folder, '*.arrow');
}

/** Where an object or a folder of them lies; null in a store of no machine, and where the engine would read a pattern in it. */
export function localPath(store: ObjectStore, key: string): string | null {
  if (!store.uri.startsWith('file:')) return null;
  const found = path.join(fileURLToPath(store.uri), ...key.split('/'));
  return PATTERN.test(found) ? null : found;
}

/**
 * The path of a file with the object's content: the object itself in a store of this machine, else a copy in the cache
 * ($XDG_CACHE_HOME/unitscope), its digest checked when it was fetched and its name. Throws ObjectNotFoundError.
 */
export async function localObject(store: ObjectStore, key: string): Promise<string> {
  if (store.uri.startsWith('file:')) {
    // The store knows what is an object of it, and what a link to elsewhere.
    if ((await store.head(key)) === undefined) throw new ObjectNotFoundError(store.uri, key);
    const file = localPath(store, key);
    if (file !== null) return file;
  }
  const folder = path.join(cacheFolder(), 'results');
  const known = (await store.head(key))?.sha256;
  const cached = known === undefined ? undefined : path.join(folder, `${known}.arrow`);
  if (cached !== undefined && (await exists(cached))) return cached;
  const bytes = await store.get(key);
  const digest = known ?? createHash('sha256').update(bytes).digest('hex');
  const file = path.join(folder, `${digest}.arrow`);
  await mkdir(folder, { recursive: true });
  await writeWhole(file, bytes);
  return file;
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME: configured } = process.env;
  const base = configured === undefined || configured === '' ? path.join(homedir(), '.cache') : configured;
  return path.join(base, 'unitscope');
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
