import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly gzip: Buffer;
  /** Its name holds a digest of its content. */
  readonly lasting: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files of the page by their path in addresses. They are read once: no request names a file of this machine. */
export async function readPageFiles(folder: URL): Promise<ReadonlyMap<string, PageFile>> {
  const root = fileURLToPath(folder);
  const files = new Map<string, PageFile>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const type = TYPES[path.extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    const name = `/${path.relative(root, file).split(path.sep).join('/')}`;
    files.set(name, { type, bytes, gzip: gzipSync(bytes), lasting: name.startsWith('/assets/') });
  }
  return files;
}
