import { InputError } from '@unitscope/base';

/** A claim that there is not. */
export class UnknownClaimError extends InputError {
  readonly code = 'CLAIM_UNKNOWN';
}

/** Options of a reproduction that contradict each other or are out of their range. */
export class ReproductionOptionError extends InputError {
  readonly code = 'REPRODUCTION_OPTION';
}

/** The folder of a reproduction holds files of others, or links. */
export class ReproductionFolderError extends InputError {
  readonly code = 'REPRODUCTION_FOLDER';
}

/** A training ended without its checkpoints. */
export class TrainingFailedError extends Error {
  override readonly name = 'TrainingFailedError';
  readonly code = 'TRAINING_FAILED';
}

/** The user stopped it; run again, it goes on from there. */
export class ReproductionInterruptedError extends Error {
  override readonly name = 'ReproductionInterruptedError';
  readonly code = 'INTERRUPTED';
}

/** A sweep of a claim had tasks that failed. */
export class MeasuringFailedError extends Error {
  override readonly name = 'MeasuringFailedError';
  readonly code = 'MEASURING_FAILED';
}
