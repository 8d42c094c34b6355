import { InputError } from '@unitscope/base';

/** The file does not exist, is a folder, or may not be read. */
export class FileUnreadableError extends InputError {
  readonly code = 'FILE_UNREADABLE';
}

/** The file has no bytes. */
export class FileEmptyError extends InputError {
  readonly code = 'FILE_EMPTY';
}

/** The bytes are no Arrow IPC file. */
export class NotArrowError extends InputError {
  readonly code = 'NOT_ARROW';
}

/** An Arrow IPC stream, or a Feather V1 or Parquet file, where an IPC file is needed. */
export class OtherFormatError extends InputError {
  readonly code = 'OTHER_FORMAT';
}

/** The file says that it is Arrow, and contradicts itself. */
export class ArrowDamagedError extends InputError {
  readonly code = 'ARROW_DAMAGED';
}

/** Valid Arrow of a kind that is not read here. */
export class ArrowUnsupportedError extends InputError {
  readonly code = 'ARROW_UNSUPPORTED';
}

/** A compressed record batch above the limit of memory. */
export class BatchTooLargeError extends InputError {
  readonly code = 'BATCH_TOO_LARGE';
}

/** Stored bytes do not match the checksum that was stored with them. */
export class ChecksumMismatchError extends InputError {
  readonly code = 'CHECKSUM_MISMATCH';
}

/** A column of the table is not in the file. */
export class ColumnMissingError extends InputError {
  readonly code = 'COLUMN_MISSING';
}

/** A column has another type than the table's. */
export class ColumnTypeError extends InputError {
  readonly code = 'COLUMN_TYPE';
}

/** The file's schema metadata lacks a key or holds a value that is not possible. */
export class SchemaMetadataError extends InputError {
  readonly code = 'SCHEMA_METADATA';
}

/** Rows of a measurements file that cannot be what was measured of a unit. */
export class MeasurementError extends InputError {
  readonly code = 'MEASUREMENT';
}

/** The maps are not square, or their list size is not height × width. */
export class MapShapeError extends InputError {
  readonly code = 'MAP_SHAPE';
}

/** A null where the table has none. */
export class NullValueError extends InputError {
  readonly code = 'NULL_VALUE';
}

/** A unit below 0 or above 2³² − 1. */
export class UnitRangeError extends InputError {
  readonly code = 'UNIT_RANGE';
}

/** The same (unit, image) twice. */
export class DuplicateMapError extends InputError {
  readonly code = 'DUPLICATE_MAP';
}
