export { bettiCurves, type BettiCurves } from './betti-curves.js';
export { birthCycle, type BirthCycle, type BirthCycleEdge } from './birth-cycle.js';
export {
  BirthKernel,
  birthRank,
  nothingLearnt,
  type KernelOptions,
  type Learnt,
  type MapMeasures,
} from './birth-kernel.js';
export { birthRankReference } from './birth-reference.js';
export { type BirthOptions, DEFAULT_DENSITY, rankLimit } from './density.js';
export { InputError } from './input-error.js';
export { DensityError, MapNotFiniteError, MapSizeError } from './map-errors.js';
export { MAX_MAP_SIZE } from './map-size.js';
export type { Optimisation } from './optimisation.js';
export { csvSafe, csvText, FORMULA } from './text/csv-text.js';
export { fileName } from './text/file-name.js';
export { markdownText } from './text/markdown-text.js';
export { markupText } from './text/markup-text.js';
export { jsonText, line, shownIn, shownLines, shownText } from './text/shown-text.js';
