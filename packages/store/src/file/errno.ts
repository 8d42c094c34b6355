import { ObjectNotFoundError, StoreAccessError, StoreFailureError, StoreFullError } from '../store-errors.js';

/** Runs file operations on one key and turns the system's error codes into the store's errors. */
export async function withStoreErrors<T>(store: string, key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw storeError(store, key, cause);
  }
}

export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What a system error on this key means to the store's user; other errors stay as they are. */
export function storeError(store: string, key: string, cause: unknown): unknown {
  const where = `[store=${store}, key=${key}]`;
  const code = errnoOf(cause);
  switch (code) {
    case 'ENOENT':
      return new ObjectNotFoundError(store, key, { cause });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StoreAccessError(`no permission (${code}) to use the store here ${where}`, { cause });
    case 'ENOSPC':
    case 'EDQUOT':
      return new StoreFullError(`no space left (${code}); what was stored before stays ${where}`, { cause });
    default:
      return isSystemError(cause)
        ? new StoreFailureError(`the file system refused: ${cause.message} ${where}`, { cause })
        : cause;
  }
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}
