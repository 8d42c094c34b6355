import { InputError } from '@unitscope/topology';

/** The sweep spec is not what it should be; the message names file, line and key. */
export class SpecError extends InputError {
  readonly code = 'SPEC_INVALID';
}

/** A manifest of another format, written by another version of this program. */
export class ManifestError extends InputError {
  readonly code = 'MANIFEST_INVALID';
}
