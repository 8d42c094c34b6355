import { InputError } from '@unitscope/base';

/** A setting of a training that is out of its range. */
export class TrainingOptionError extends InputError {
  readonly code = 'TRAINING_OPTION';
}
