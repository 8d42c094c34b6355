import { InputError } from '@unitscope/base';

/** The folder, file or category that images were to come from is not there, or holds none. */
export class MissingImagesError extends InputError {
  readonly code = 'IMAGES_MISSING';
}

/** An image that cannot be decoded, or is larger than allowed; the message names it. */
export class UnreadableImageError extends InputError {
  readonly code = 'IMAGE_UNREADABLE';
}

/** A pair of IDX files that is damaged or does not fit together. */
export class IdxError extends InputError {
  readonly code = 'IDX_INVALID';
}

/** More images of a category are asked for than it has. */
export class TooFewImagesError extends InputError {
  readonly code = 'IMAGES_TOO_FEW';
}

/** A preprocessing that is not one; the message names the key. */
export class PreprocessError extends InputError {
  readonly code = 'PREPROCESS_INVALID';
}

/** A zip or tar file that is damaged, or holds what no archive of images does. */
export class ArchiveError extends InputError {
  readonly code = 'ARCHIVE_INVALID';
}

/** A Parquet or Arrow file that is damaged, or without a column of images or of labels. */
export class ImageTableError extends InputError {
  readonly code = 'IMAGE_TABLE_INVALID';
}

/** A stored source of images that is none. */
export class ImageSourceError extends InputError {
  readonly code = 'IMAGE_SOURCE_INVALID';
}
