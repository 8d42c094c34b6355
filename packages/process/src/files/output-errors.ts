import { InputError } from '@unitscope/base';

/** A file that was to be written cannot be. */
export class OutputError extends InputError {
  readonly code = 'OUTPUT_UNWRITABLE';
}

/** A file could not be written to its end, as on a full disk. */
export class OutputFailedError extends Error {
  override readonly name = 'OutputFailedError';
  readonly code = 'OUTPUT_FAILED';
}
