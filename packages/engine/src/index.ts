export { calibrateSweep } from './calibrate-sweep.js';
export { StoreUnusableError, SweepInterruptedError } from './errors.js';
export { runIsolated } from './isolated-task.js';
export { runSweep, type RunOptions, type SweepOutcome } from './run-sweep.js';
export type { SweepProgress } from '@unitscope/tasks';
export { serveTasks, type TaskServer } from './serve-tasks.js';
export { ThreadPool, type ThreadOptions } from './thread-pool.js';
export type { TaskFailure, ThreadData, ThreadReply } from './thread-protocol.js';
