export { apoz, meanActivation } from './units/activity.js';
export { classSelectivities, classSelectivity } from './units/class-selectivity.js';
export { countsAsBirth, histogramOf, type BirthHistogram } from './units/birth-histogram.js';
export {
  bootstrapMean,
  bootstrapMeans,
  type BootstrapIntervals,
  type BootstrapOptions,
  type Interval,
} from './inference/bootstrap.js';
export {
  bootstrapDifference,
  bootstrapLayerDifference,
  type LayerColumns,
} from './inference/bootstrap-difference.js';
export { PAPER_LEAST_RATE } from './units/feature-entropy.js';
export { kendall, laggedCorrelations, pearson, spearman, type Correlation } from './inference/correlation.js';
export { evenly, evenlyPlaced, isLogarithmic } from './evenly-placed.js';
export { benjaminiHochberg } from './inference/false-discovery.js';
export { mannWhitney, mannWhitneyCounts, type MannWhitney } from './inference/mann-whitney.js';
export { l1Norms } from './units/l1-norm.js';
export { layerSummaries, type CategoryUnits, type LayerSummary } from './layers/layer-summary.js';
export { expectedEntropy, NULL_ERROR, nullEntropy } from './noise/null-entropy.js';
export {
  permutationTest,
  signFlipInterval,
  signFlipTest,
  type PermutationTest,
} from './inference/permutation-test.js';
export { type StatisticsOptions } from './layers/statistics-options.js';
export {
  ABLATION_RANKINGS,
  apozRanks,
  classSelectivityRanks,
  importanceRanks,
  l1Ranks,
  meanActivationRanks,
  selectiveRateRanks,
  RANKINGS,
  type AblationRanking,
  type Ranking,
} from './units/unit-ranking.js';
export { relativeEntropy, unitStatistics, type UnitStatistics } from './units/unit-statistics.js';
export { fisherInterval, fisherMean } from './inference/fisher-interval.js';
export { networksNeeded } from './inference/networks-needed.js';
export { welchInterval } from './inference/welch-interval.js';
export { studentInterval } from './inference/student-interval.js';
export { definitionSentence, definitionWords, meanWords, type Definition } from './layers/definition.js';
export { principalComponents, type PrincipalComponents } from './inference/principal-components.js';
