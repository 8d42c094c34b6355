import { InputError } from '@unitscope/base';

/** The store holds another manifest under the sweep's name than the one that was launched. */
export class ManifestChangedError extends InputError {
  readonly code = 'MANIFEST_CHANGED';
}

/** A sweep of this name is running with other content or other inputs. */
export class SweepRunningError extends InputError {
  readonly code = 'SWEEP_RUNNING';
}

/** There is no execution of this sweep to talk to. */
export class SweepNotRunningError extends InputError {
  readonly code = 'SWEEP_NOT_RUNNING';
}

/** Sweeps of this name run or ran in several stores. */
export class SweepAmbiguousError extends InputError {
  readonly code = 'SWEEP_AMBIGUOUS';
}

/** A store's address that holds a user name or password. */
export class StoreSecretError extends InputError {
  readonly code = 'STORE_SECRET';
}

/** No Temporal server answers. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';
  readonly code = 'TEMPORAL_UNREACHABLE';
}

/** The Temporal server has no such namespace. */
export class TemporalNamespaceError extends InputError {
  readonly code = 'TEMPORAL_NAMESPACE';
}

/** The Temporal server refuses the API key or certificate. */
export class TemporalAccessError extends InputError {
  readonly code = 'TEMPORAL_ACCESS';
}

/** The port of a worker's page is taken, or not to be had. */
export class WorkerPortError extends InputError {
  readonly code = 'WORKER_PORT';
}

/** The sweep ended without its results: cancelled, terminated, or the store refused its workers. */
export class SweepFailedError extends Error {
  override readonly name = 'SweepFailedError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** What came over the wire is no message of ours. */
export class PayloadError extends InputError {
  readonly code = 'PAYLOAD_INVALID';
}
