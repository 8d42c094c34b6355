import { InputError } from '@unitscope/base';

/** A path or glob of the sweep spec matches no checkpoint or no activation file. */
export class NothingFoundError extends InputError {
  readonly code = 'NOTHING_FOUND';
}

/** The pattern that takes metadata from the checkpoints' paths is no regular expression. */
export class PatternError extends InputError {
  readonly code = 'PATTERN_INVALID';
}

/** Two checkpoints would have the same label in the results. */
export class DuplicateLabelError extends InputError {
  readonly code = 'LABEL_DUPLICATE';
}

/** The training log cannot be read or does not fit the checkpoints. */
export class TrainingLogError extends InputError {
  readonly code = 'TRAINING_LOG_INVALID';
}

/** A category is named twice. */
export class DuplicateCategoryError extends InputError {
  readonly code = 'CATEGORY_DUPLICATE';
}

/** A category that the images do not have. */
export class UnknownCategoryError extends InputError {
  readonly code = 'CATEGORY_UNKNOWN';
}

/** More images than a manifest names one by one. */
export class TooManyImagesError extends InputError {
  readonly code = 'IMAGES_TOO_MANY';
}

/** Activation files of one (checkpoint, layer, category) that do not fit together. */
export class ActivationFilesError extends InputError {
  readonly code = 'ACTIVATION_FILES_MISMATCH';
}

/** Measurements files that do not fit together, or to the sweep. */
export class MeasurementFilesError extends InputError {
  readonly code = 'MEASUREMENT_FILES';
}

/** The sweep's name is taken by a sweep with another scientific content. */
export class SweepNameTakenError extends InputError {
  readonly code = 'SWEEP_NAME_TAKEN';
}

/** Another process holds what is asked for: it runs, launches or removes the sweep, or collects garbage. */
export class HeldError extends InputError {
  readonly code = 'HELD_BY_ANOTHER';
}

/** There is no sweep of this name in the store. */
export class NoSuchSweepError extends InputError {
  readonly code = 'SWEEP_UNKNOWN';
}

/** A store or a server that the user of this process did not name. */
export class StoreNotToldError extends InputError {
  readonly code = 'STORE_NOT_TOLD';
}

/** A checkpoint or image is no longer what it was when the sweep was resolved. */
export class InputChangedError extends InputError {
  readonly code = 'INPUT_CHANGED';
}

/** This process would make other numbers than the keys of the sweep's objects say. */
export class WorkerDiffersError extends Error {
  override readonly name = 'WorkerDiffersError';
  readonly code = 'WORKER_DIFFERS';
}

/** The disk of the folder for fetched checkpoints has no room for the next one. */
export class CacheFullError extends Error {
  override readonly name = 'CacheFullError';
  readonly code = 'CACHE_FULL';
}

/** The folder for fetched checkpoints cannot be read or written. */
export class CacheUnusableError extends Error {
  override readonly name = 'CacheUnusableError';
  readonly code = 'CACHE_UNUSABLE';
}

/** A feature map holds a value that is no finite number. */
export class MapValueError extends InputError {
  readonly code = 'MAP_NOT_FINITE';
}

/** The weights of a checkpoint are no finite numbers, as after a training that diverged. */
export class WeightsError extends InputError {
  readonly code = 'WEIGHTS_NOT_FINITE';
}

/** The folder that fetched checkpoints are to be kept in is someone else's. */
export class CacheFolderError extends InputError {
  readonly code = 'CACHE_FOLDER';
}

/** The name of an object that would be read as something else. */
export class RemoteNameError extends InputError {
  readonly code = 'REMOTE_NAME';
}

/** An image that the sweep does not have. */
export class NoSuchImageError extends InputError {
  readonly code = 'IMAGE_UNKNOWN';
}

/** What somebody wrote is no note, tag, view or annotation. */
export class NoteRefusedError extends InputError {
  readonly code = 'NOTE_REFUSED';
}

/** Somebody else changed the same text of a sweep's notes meanwhile. */
export class NotesConflictError extends InputError {
  readonly code = 'NOTES_CONFLICT';
}
