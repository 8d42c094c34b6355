/**
 * What the caller gave is wrong, and the caller can mend it: a map, a file, a key of the sweep spec.
 * Every package derives one class per cause, each with a stable `code`; the command line prints the
 * message alone and exits with 2. All other errors are failures of the run and exit with 1.
 */
export abstract class InputError extends Error {
  abstract readonly code: string;
  override get name(): string {
    return this.constructor.name;
  }
}
