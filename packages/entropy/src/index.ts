export { apoz, meanActivation } from './activity.js';
export { countsAsBirth, histogramOf, type BirthHistogram } from './birth-histogram.js';
export {
  bootstrapMean,
  bootstrapMeans,
  BootstrapOptionError,
  type BootstrapIntervals,
  type BootstrapOptions,
  type Interval,
} from './bootstrap.js';
export { bootstrapDifference, bootstrapLayerDifference, type LayerColumns } from './bootstrap-difference.js';
export { kendall, laggedCorrelations, pearson, spearman, type Correlation } from './correlation.js';
export { evenly, evenlyPlaced, isWide } from './evenly-placed.js';
export { benjaminiHochberg } from './false-discovery.js';
export { mannWhitney, mannWhitneyCounts, type MannWhitney } from './mann-whitney.js';
export { KernelShapeError, l1Norms } from './l1-norm.js';
export {
  layerSummaries,
  type CategoryUnits,
  type IntervalSummary,
  type LayerSummary,
} from './layer-summary.js';
export { nullEntropy, NullEntropyError } from './null-entropy.js';
export { permutationTest, signFlipInterval, signFlipTest, type PermutationTest } from './permutation-test.js';
export { quantile, summarize, type SampleSummary } from './sample-summary.js';
export {
  resolveStatisticsOptions,
  StatisticsOptionError,
  type StatisticsOptions,
} from './statistics-options.js';
export {
  apozRanks,
  importanceRanks,
  l1Ranks,
  meanActivationRanks,
  selectiveRateRanks,
} from './unit-ranking.js';
export { HistogramError, relativeEntropy, unitStatistics, type UnitStatistics } from './unit-statistics.js';
export { stratifiedBootstrap } from './stratified-bootstrap.js';
export { welchInterval } from './welch-interval.js';
export { studentInterval, type MeanInterval } from './student-interval.js';
