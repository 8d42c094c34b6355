import { InputError } from '@unitscope/base';

/** The sweep spec is not what it should be; the message names file, line and key. */
export class SpecError extends InputError {
  readonly code = 'SPEC_INVALID';
}

/** A manifest that is not what it has to be: damaged, or written by another program. */
export class ManifestError extends InputError {
  readonly code: string = 'MANIFEST_INVALID';
}

/** A manifest that another version of this program has written. */
export class ManifestVersionError extends ManifestError {
  override readonly code = 'MANIFEST_VERSION';
}

/** A small record of a store (progress, a task that was set aside) that is not what it has to be. */
export class StoredRecordError extends InputError {
  readonly code = 'RECORD_INVALID';
}
