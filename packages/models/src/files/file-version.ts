import { stat } from 'node:fs/promises';

/** What tells that a file was written since: of one that is written anew, another; 'gone' of none. */
export async function fileVersion(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? 'gone' : [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}

/** Files, by their paths, with the version in which they were read. */
export type FileVersions = ReadonlyMap<string, string>;

/** The first of the files that was written since; null: none was. */
export async function writtenSince(versions: FileVersions): Promise<string | null> {
  for (const [path, version] of versions) if ((await fileVersion(path)) !== version) return path;
  return null;
}
