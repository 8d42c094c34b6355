export { SweepClient, type LaunchOptions } from './client/client.js';
export { executionState } from './client/execution-state.js';
export type { SweepListing } from './client/listed-sweeps.js';
export { RunningSweep, type LiveProgress } from './client/running-sweep.js';
export { sweepWorkflowId } from './client/sweep-workflow-id.js';
export {
  defaultPace,
  taskQueues,
  type Pace,
  type SweepProgressReport,
  type SweepResult,
} from './messages/messages.js';
export { storesOf } from '@unitscope/store';
export { temporalBill } from './client/bill.js';
export { temporalSettings } from './client/temporal-settings.js';
export { runWorker, type WorkerHostOptions } from './worker-host.js';
export type { WorkerRole } from './worker/temporal-workers.js';
