import { InputError } from '@unitscope/base';

/** A package that is not installed, and how to get it. */
export class MissingPartError extends InputError {
  readonly code = 'PART_MISSING';

  constructor(
    message: string,
    /** The part to install; null where the package should have come with unitscope. */
    readonly part: string | null,
  ) {
    super(message);
  }
}
