import { InputError } from '@unitscope/base';

/** SQL that is no single SELECT over the tables of the results. */
export class SqlRefusedError extends InputError {
  readonly code = 'SQL_REFUSED';
}

/** SQL that the engine does not understand or cannot answer. */
export class SqlError extends InputError {
  readonly code = 'SQL_INVALID';
}

/** A checkpoint, layer, category, unit or metadata column that the sweep does not have. */
export class UnknownNameError extends InputError {
  readonly code = 'NAME_UNKNOWN';
}

/** The sweep has no results of this kind: none yet, or births that were not kept. */
export class NoResultsError extends InputError {
  readonly code = 'RESULTS_MISSING';
}

/** An output whose ending says no known format, or that cannot be written. */
export class QueryOutputError extends InputError {
  readonly code = 'QUERY_OUTPUT';
}

/** A comparison that mixes trainings by mistake. */
export class CrossingRunsError extends InputError {
  readonly code = 'RUNS_CROSSED';
}

/** Maps that are not those that the result tables are of. */
export class MapsChangedError extends InputError {
  readonly code = 'MAPS_CHANGED';
}

/** Two sweeps that cannot be set side by side, and why. */
export class NotComparableError extends InputError {
  readonly code = 'NOT_COMPARABLE';
}
