import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileStore } from './file/file-store.js';
import type { ObjectStore } from './object-store.js';
import { StoreUriError } from './store-errors.js';

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
const SUPPORTED = 'expected file:///folder, file://./folder or a folder';

/**
 * Opens the store at an address: `file:///absolute/folder`, `file://./relative/folder` or a plain folder. The
 * folder need not be there yet. Throws StoreUriError for another scheme or where the folder is a file,
 * StoreAccessError.
 */
export async function openStore(uri: string): Promise<ObjectStore> {
  return openFileStore(path.resolve(folderOf(uri)));
}

function folderOf(uri: string): string {
  if (uri === '') throw new StoreUriError(`store address: ${SUPPORTED}, found an empty text`);
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return uri;
  if (scheme === 's3') {
    throw new StoreUriError(`store ${uri}: s3:// is not in this version; ${SUPPORTED}`);
  }
  if (scheme !== 'file') throw new StoreUriError(`store ${uri}: ${SUPPORTED}, found scheme ${scheme}://`);
  const rest = uri.slice('file://'.length);
  if (rest === '.' || rest === '..' || /^\.\.?\//.test(rest)) return decodeURIComponent(rest);
  try {
    return fileURLToPath(uri);
  } catch (cause) {
    throw new StoreUriError(`store ${uri}: ${SUPPORTED}`, { cause });
  }
}
