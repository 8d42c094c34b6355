import { InputError } from '@unitscope/base';

/** Which output of the network is which category is not known, or not said rightly. */
export class ClassIndexError extends InputError {
  readonly code = 'CLASS_INDEX';
}

/** Options that do not go together, or that the sweep has no answer to. */
export class AblationOptionError extends InputError {
  readonly code = 'ABLATION_OPTION';
}

/** The ablated network scores images with NaN or infinity. */
export class ScoresNotFiniteError extends InputError {
  readonly code = 'SCORES_NOT_FINITE';
}

/** The user stopped the ablation before it was done. */
export class AblationInterruptedError extends Error {
  override readonly name = 'AblationInterruptedError';
  readonly code = 'INTERRUPTED';
}

/** An evaluation failed for another reason than its input. */
export class EvaluationFailedError extends Error {
  override readonly name = 'EvaluationFailedError';
  readonly code = 'EVALUATION_FAILED';
}
