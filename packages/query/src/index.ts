export { checkpointGroup, metadataColumns } from './checkpoints/checkpoint-group.js';
export {
  checkpointOrder,
  numberColumns,
  orderEnds,
  resultTrainings,
  trainingNamed,
  trainingOf,
  unplacedWords,
  type ResultTrainings,
} from './checkpoints/checkpoint-order.js';
export { compareCheckpoints, type CompareOptions, CERTAIN_Q } from './comparison/compare-checkpoints.js';
export { outcomeRows } from './comparison/outcomes.js';
export type { Comparison, LayerDifference, UnitDifference } from './comparison/comparison.js';
export { compareSweeps } from './across/compare-sweeps.js';
export { ablationCurves, keptAblations, type KeptAblation } from './ablations/kept-ablations.js';
export { embedCheckpoints, FEWEST_CHECKPOINTS, type EmbedOptions } from './embedding/embed-checkpoints.js';
export type { Correlation } from '@unitscope/entropy';
export * from './errors.js';
export { checkOutputName, type QueryResult } from './sql/query-result.js';
export { rankUnits, type RankedUnit, type RankOptions, type UnitRanking } from './rank-units.js';
export { entropySql } from './results/definition.js';
export { cellsOf, type UnitCell } from './results/restate-statistics.js';
export { keptCell, writeKeptMaps } from './results/kept-cell.js';
export { ownMemory, sqlMemory, watchMemory } from './sql/memory-watch.js';
export { runQuery } from './sql/run-query.js';
export { sqlText } from './sql/sql-text.js';
export { guardSql } from './sql/sql-guard.js';
export { missingTables } from './sql/missing-tables.js';
export { TABLES } from './sql/sql-tables.js';
export { SweepResults } from './results/sweep-results.js';
export { type LayersTable, type ResultCheckpoint, type UnitsTable } from './results/result-tables.js';
export {
  FEWEST_SETTLED,
  sweepTrend,
  sweepTrends,
  type SweepTrends,
  type TrendOptions,
} from './trainings/sweep-trend.js';
export { type LayerTrend, type SweepTrend } from './trainings/layer-trend.js';
export { aliveUnits } from './trainings/alive-units.js';
export type { TrendValue } from './trainings/layer-values.js';
export { MeasuredCells, missingWords } from './trainings/measured-cells.js';
export { settledOverWords, settledWords } from './trainings/settled-words.js';
export {
  settingColumns,
  settingConditions,
  settingPairs,
  type SettingPair,
} from './trainings/setting-columns.js';
export {
  changedUnits,
  listedChanges,
  type ChangedUnits,
  type ListedChange,
} from './trainings/changed-units.js';
export {
  changesWords,
  deadWords,
  runChanges,
  type DeadOfLayer,
  type RunChanges,
} from './trainings/run-changes.js';
export type { LayerOverRuns } from './trainings/over-runs.js';
export { generalization, type Verdict } from './trainings/verdict.js';
export { comparisonNotes, layerDifferenceRows, unitDifferenceRows } from './rows/change-rows.js';
export { drawnRuns, type DrawnRunsOptions } from './rows/drawn-runs.js';
export { HEAT_PAGE, heatRows } from './rows/heat-rows.js';
export { spreadRows } from './rows/spread-rows.js';
export { layerRows, trendRows } from './rows/trend-rows.js';
export { imageBirthRows, unitPathRows } from './rows/unit-path-rows.js';
export { birthRows, scatterRows, type UnitChoice } from './rows/unit-rows.js';
export { unitMaps, type MapPlace } from './results/unit-maps.js';
export { unitExamples } from './results/unit-examples.js';
