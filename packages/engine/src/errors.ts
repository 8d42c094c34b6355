import { InputError } from '@unitscope/base';

/** The sweep was stopped by its user; running it again goes on from there. */
export class SweepInterruptedError extends Error {
  override readonly name = 'SweepInterruptedError';
  readonly code = 'SWEEP_INTERRUPTED';
  constructor(sweep: string) {
    super(`sweep "${sweep}" was interrupted; finished tasks are kept`);
  }
}

/** The store or this machine takes no more: full, not to be written, not to be reached, of another version. */
export class StoreUnusableError extends Error {
  override readonly name = 'StoreUnusableError';
  readonly code = 'STORE_UNUSABLE';
  constructor(sweep: string, reason: string) {
    super(`sweep "${sweep}" had to stop, its finished tasks are kept: ${reason}`);
  }
}

/** A sample of the sweep's work failed, as its tasks would. */
export class CalibrationError extends InputError {
  readonly code = 'CALIBRATION_FAILED';
  constructor(reason: string) {
    super(`a sample of the work, run to see how long it takes, failed: ${reason}`);
  }
}
