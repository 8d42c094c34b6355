export { StoreUnusableError, SweepInterruptedError } from './errors.js';
export { runSweep, type RunOptions, type SweepOutcome, type SweepProgress } from './run-sweep.js';
