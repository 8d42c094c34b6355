export {
  ManifestChangedError,
  PayloadError,
  StoreSecretError,
  SweepAmbiguousError,
  SweepFailedError,
  SweepNotRunningError,
  SweepRunningError,
  TemporalAccessError,
  TemporalNamespaceError,
  TemporalUnreachableError,
  WorkerPortError,
} from './errors.js';
export {
  executionState,
  RunningSweep,
  SweepClient,
  sweepWorkflowId,
  type LaunchOptions,
  type LiveProgress,
  type SweepListing,
} from './client/client.js';
export {
  defaultPace,
  taskQueues,
  type CheckpointProgress,
  type Pace,
  type SweepProgressReport,
  type SweepResult,
} from './messages/messages.js';
export { storesOf } from '@unitscope/store';
export { temporalBill, type TemporalBill, type TemporalWork } from './client/bill.js';
export { temporalSettings } from './client/temporal-settings.js';
export { runWorker, type WorkerHostOptions, type WorkerRole } from './worker-host.js';
