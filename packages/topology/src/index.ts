export { bettiCurves, type BettiCurves } from './betti-curves.js';
export { birthCycle, type BirthCycle, type BirthCycleEdge } from './birth-cycle.js';
export { cycleDeath, type CycleDeath } from './cycle-death.js';
export {
  BirthKernel,
  birthRank,
  nothingLearnt,
  type KernelOptions,
  type MapMeasures,
} from './birth-kernel.js';
export { birthRankReference } from './birth-reference.js';
export { type BirthOptions, DEFAULT_DENSITY, rankLimit } from './density.js';
export { MapNotFiniteError } from './map-errors.js';
export { scratchFloats, type MapBlocks } from './map-blocks.js';
export { MAX_MAP_SIZE } from './map-size.js';
export { filtration } from './filtration.js';
export { noiseBirths, NOISE_TRIALS } from './noise-births.js';
