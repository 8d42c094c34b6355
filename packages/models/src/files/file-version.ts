import { stat } from 'node:fs/promises';

/** What tells that a file was written since: of one that is written anew, another; 'gone' of none. */
export async function fileVersion(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  return found === null ? 'gone' : [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
}
