import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFileStore } from './file/file-store.js';
import type { ObjectStore } from './object-store.js';
import { StoreUriError } from './store-errors.js';

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
const SUPPORTED = 'expected file:///folder, file://./folder, a folder or s3://bucket/prefix';

/**
 * Opens the store at an address: `file:///absolute/folder`, `file://./relative/folder`, a plain folder (which
 * need not be there yet), or `s3://bucket/prefix` (docs/distributed.md has its settings). Throws StoreUriError
 * for another scheme or where the folder is a file, StoreAccessError, and of S3 BucketMissingError,
 * StoreRegionError, StoreClockError, StoreUnreachableError.
 */
export async function openStore(uri: string): Promise<ObjectStore> {
  if (schemeOf(uri) === 's3') {
    // Loaded when it is asked for: a tenth of a second that local runs do not pay.
    const { openS3Store } = await import('./s3/s3-store.js');
    return await openS3Store(uri);
  }
  return openFileStore(path.resolve(folderOf(uri)));
}

/** The folder that a file:// address, or a plain one, is of. Throws StoreUriError. */
export function folderOf(uri: string): string {
  if (uri === '') throw new StoreUriError(`store address: ${SUPPORTED}, found an empty text`);
  const scheme = schemeOf(uri);
  if (scheme === undefined) return uri;
  if (scheme !== 'file') throw new StoreUriError(`store ${uri}: ${SUPPORTED}, found scheme ${scheme}://`);
  const rest = uri.slice('file://'.length);
  if (rest === '.' || rest === '..' || /^\.\.?\//.test(rest)) return decodeURIComponent(rest);
  try {
    return fileURLToPath(uri);
  } catch (cause) {
    throw new StoreUriError(`store ${uri}: ${SUPPORTED}`, { cause });
  }
}

/** Of an address, in lower case; undefined: a plain folder. */
export function schemeOf(uri: string): string | undefined {
  return SCHEME.exec(uri)?.[1]?.toLowerCase();
}
