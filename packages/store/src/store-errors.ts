import { InputError } from '@unitscope/topology';

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
