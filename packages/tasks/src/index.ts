export {
  completenessOf,
  lostMessage,
  OBJECT_LOST,
  REMAKES,
  type Completeness,
} from './completeness/completeness.js';
export { finishedCheckpoints } from './completeness/finished-checkpoints.js';
export { takeStock, type CheckpointStock } from './completeness/lacking-tasks.js';
export type { TablesCache } from './completeness/tables-found.js';
export { collectGarbage, type Garbage } from './collect-garbage.js';
export {
  ActivationFilesError,
  DuplicateCategoryError,
  DuplicateLabelError,
  HeldError,
  InputChangedError,
  MapValueError,
  NoSuchSweepError,
  NothingFoundError,
  OutputError,
  OutputFailedError,
  PatternError,
  StoreNotToldError,
  SweepNameTakenError,
  TrainingLogError,
  UnknownCategoryError,
  WeightsError,
  WorkerDiffersError,
} from './errors.js';
export { eachLimited, REQUESTS_AT_ONCE } from './each-limited.js';
export { estimateSweep, type EstimateOptions, type SweepEstimate } from './estimate-sweep.js';
export { followSweep, type FollowOptions } from './follow-sweep.js';
export { checkpointFiles, imageBytes } from './found-inputs.js';
export { ImageLoader } from './image-loader.js';
export { layerColumns, type LayerRows } from './layer-columns.js';
export { measureFiles, type FileResult, type MeasureFilesOptions } from './measure-files.js';
export { bytesOf, type Calibrate, type Pace } from './pace.js';
export {
  clearProgress,
  noteProgress,
  readProgress,
  requestStop,
  stopRequestedAt,
  takeStopRequest,
  type SweepProgress,
} from './progress-note.js';
export { kernelDigest } from './proof/kernel-proof.js';
export { reasonOf } from './reason.js';
export { OutputFile } from './output-file.js';
export { resolveImages, type ResolvedImages, type WantedImages } from './resolve-images.js';
export { resolveSweep } from './resolve-sweep.js';
export { writeCheckpoints, writeFailures, type FailureRow } from './result-tables.js';
export { lookAtRuns, type RunsFound } from './runs/look-at-runs.js';
export { SweepObjects } from './sweep-objects.js';
export {
  expectPrepared,
  prepareSweep,
  removeSweep,
  takeShard,
  takeSweep,
  readFailures,
  readable,
  readManifest,
  sweepNames,
  type UnreadableSweep,
} from './sweeps.js';
export {
  clearFailure,
  clearFailures,
  failedTasks,
  failureRow,
  recordedFailures,
  recordFailure,
  type TaskFailureCause,
} from './task-failures.js';
export { PROGRAM_VERSION } from './proof/program-version.js';
export { removeForeign, type ForeignObject } from './proof/foreign-objects.js';
export { refuseOther, writerId } from './proof/refuse-other.js';
export { CheckpointFolder, type InputsFrom } from './stored-inputs.js';
export { TaskRunner, type TaskOutcome, type TaskRef, type TaskRunnerOptions } from './task-runner.js';
export { uploadInputs, type UploadedInputs, type UploadOptions } from './upload-inputs.js';
export { verifySemantics, type OlderSweep, type SemanticsReport } from './verify-semantics.js';
export { garbageCollected } from './ownership/garbage-collected.js';
export { refuseStrangeServers, toldStores } from './ownership/told-stores.js';
export { remoteAddresses } from './remote-objects.js';
export { verifyStore, type IncompleteSweep, type Verification } from './verify-store.js';
export {
  GC_LEASE,
  latestLease,
  Lease,
  leaseHolder,
  sweepLease,
  whoHolds,
  type LeasePurpose,
  type LeaseRecord,
} from './ownership/lease.js';
export {
  listSweeps,
  sweepStatus,
  whoIsAt,
  type Execution,
  type StatusOptions,
  type SweepState,
  type SweepStatus,
} from './completeness/sweep-status.js';
export {
  executionOf,
  forgetExecution,
  noteExecution,
  type NotedExecution,
} from './ownership/execution-note.js';
export { NATIVE } from '@unitscope/models';
