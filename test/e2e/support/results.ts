import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Every file below a folder, by its path in it; without what the store keeps for itself. */
export async function filesOf(folder: string): Promise<Record<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\/(?:\.sha256|leases)\//.test(path));
  const contents = await Promise.all(files.sort().map(async (path) => [path, await readFile(path)] as const));
  return Object.fromEntries(contents.map(([path, bytes]) => [path.slice(folder.length + 1), bytes]));
}

/** The result tables of a sweep in the store `.unitscope` of a folder. */
export function resultsOf(
  folder: string,
  sweep: string,
  store = '.unitscope',
): Promise<Record<string, Buffer>> {
  return filesOf(join(folder, store, 'sweeps', sweep, 'results'));
}
