import { InputError } from '@unitscope/base';

/** The store's address cannot be understood or used. */
export class StoreUriError extends InputError {
  readonly code = 'STORE_URI';
}

/** A key that would be ambiguous, or leave the store. */
export class ObjectKeyError extends InputError {
  readonly code = 'OBJECT_KEY';
}

/** The store may not be read or written by this user. */
export class StoreAccessError extends InputError {
  readonly code = 'STORE_ACCESS';
}

/** A symbolic link where the store has a folder or a file of its own. */
export class StoreLinkError extends InputError {
  readonly code = 'STORE_LINK';
}

/** An address that a worker was not told to serve. Not `STORE_…`: no later attempt finds another answer. */
export class StoreNotAllowedError extends InputError {
  readonly code = 'ADDRESS_NOT_ALLOWED';
}

export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';
  readonly code = 'OBJECT_NOT_FOUND';

  constructor(store: string, key: string, options?: ErrorOptions) {
    super(`expected an object, found none [store=${store}, key=${key}]`, options);
  }
}

export class DigestMismatchError extends Error {
  override readonly name = 'DigestMismatchError';
  readonly code = 'DIGEST_MISMATCH';

  constructor(store: string, key: string, expected: string, found: string) {
    super(
      `the object is damaged or was changed from outside: expected SHA-256 ${expected}, found ${found} ` +
        `[store=${store}, key=${key}]; delete it, and what made it will make it again`,
    );
  }
}

export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
  readonly code = 'STORE_FULL';
}

/** A range beyond the object's end, or an object that ended early. */
export class ObjectRangeError extends Error {
  override readonly name = 'ObjectRangeError';
  readonly code = 'OBJECT_RANGE';
}

/** Anything else the storage beneath refuses; the cause is kept. */
export class StoreFailureError extends Error {
  override readonly name = 'StoreFailureError';
  readonly code = 'STORE_FAILURE';
}

/** The bucket of the store's address is not there. */
export class BucketMissingError extends InputError {
  readonly code = 'STORE_BUCKET_MISSING';
}

/** The bucket is in another region than the one that was asked, or no region is set. */
export class StoreRegionError extends InputError {
  readonly code = 'STORE_REGION';
}

/** The server does not know the checksum that was sent along. */
export class StoreChecksumError extends InputError {
  readonly code = 'STORE_CHECKSUM_REFUSED';
}

/** This machine's clock differs too much from the server's for signed requests. */
export class StoreClockError extends Error {
  override readonly name = 'StoreClockError';
  readonly code = 'STORE_CLOCK';
}

/** The server of a store does not do what unitscope needs of one; the message says what, and what goes wrong by it. */
export class StoreConformanceError extends InputError {
  readonly code = 'STORE_CONFORMANCE';
}

/** The server does not answer, after the retries. */
export class StoreUnreachableError extends Error {
  override readonly name = 'StoreUnreachableError';
  readonly code = 'STORE_UNREACHABLE';
}

/** Whether it is the store that cannot do its part (a code `STORE_…`), and not what lies in it that is wrong. */
export function isStoreTrouble(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && code.startsWith('STORE_');
}
