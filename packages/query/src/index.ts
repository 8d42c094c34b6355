export * from './errors.js';
export { checkOutputName, type CellValue, type QueryResult } from './query-result.js';
export type { Restatement } from './restate-statistics.js';
export { runQuery } from './run-query.js';
export { guardSql } from './sql-guard.js';
export { SweepResults, type ResultCheckpoint } from './sweep-results.js';
