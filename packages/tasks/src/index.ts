export {
  completenessOf,
  lostMessage,
  OBJECT_LOST,
  REMAKES,
  type Completeness,
} from './sweeps/completeness/completeness.js';
export { finishedCheckpoints } from './sweeps/completeness/finished-checkpoints.js';
export { takeStock } from './sweeps/completeness/lacking-tasks.js';
export type { TablesCache } from './sweeps/completeness/tables-found.js';
export { collectGarbage, type Garbage } from './sweeps/collect-garbage.js';
export {
  HeldError,
  NoSuchSweepError,
  NothingFoundError,
  StoreNotToldError,
  SweepNameTakenError,
  WorkerDiffersError,
} from './errors.js';
export { estimateSweep, type EstimateOptions } from './sweeps/estimate-sweep.js';
export { followSweep } from './resolve/follow-sweep.js';
export { checkpointFiles, imageBytes } from './resolve/found-inputs.js';
export { ImageLoader } from './inputs/image-loader.js';
export { layerColumns, type LayerRows } from './tables/layer-columns.js';
export { histogramAt, statisticsColumns } from './tables/statistics-columns.js';
export { measureFiles, type MeasureFilesOptions } from './run/measure-files.js';
export { bytesOf, type Pace } from './run/pace.js';
export {
  clearProgress,
  noteProgress,
  readProgress,
  requestStop,
  stopRequestedAt,
  takeStopRequest,
  type SweepProgress,
} from './sweeps/progress-note.js';
export { changeNotes, readNotes, type VersionedNotes } from './sweeps/notes/sweep-notes.js';
export { noteChangeSchema, type NoteChange } from './sweeps/notes/note-change.js';
export type { Annotation, SavedView } from './sweeps/notes/notes-schema.js';
export { kernelDigest } from './sweeps/proof/kernel-proof.js';
export { resolveImages, type ResolvedImages, type WantedImages } from './resolve/resolve-images.js';
export { resolveSweep } from './resolve/resolve-sweep.js';
export { writeObjects } from './tables/objects-table.js';
export {
  currentSummary,
  heldTables,
  removeSummaries,
  writeSummaries,
  type HeldTables,
} from './tables/summaries/summaries.js';
export { writeCheckpoints, writeFailures, type FailureRow } from './tables/result-tables.js';
export { lookAtRuns } from './resolve/runs/look-at-runs.js';
export { SweepObjects } from './sweeps/sweep-objects.js';
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
} from './sweeps/sweeps.js';
export {
  clearFailure,
  clearFailures,
  failedTasks,
  failureRow,
  recordedFailures,
  recordFailure,
  type TaskFailureCause,
} from './run/task-failures.js';
export { PROGRAM_VERSION } from './sweeps/proof/program-version.js';
export { removeForeign, type ForeignObject } from './sweeps/proof/foreign-objects.js';
export { refuseOther, writerId } from './sweeps/proof/refuse-other.js';
export { CheckpointFolder, type InputsFrom } from './inputs/stored-inputs.js';
export { TaskRunner, type TaskOutcome, type TaskRef } from './run/task-runner.js';
export { uploadInputs, type UploadOptions } from './inputs/upload-inputs.js';
export { verifySemantics, type OlderSweep, type SemanticsReport } from './sweeps/verify-semantics.js';
export { garbageCollected } from './sweeps/ownership/garbage-collected.js';
export { refuseStrangeServers, toldStores } from './sweeps/ownership/told-stores.js';
export { remoteAddresses } from './inputs/remote-objects.js';
export { verifyStore, type Verification } from './sweeps/verify-store.js';
export { GC_LEASE, Lease, sweepLease } from './sweeps/ownership/lease.js';
export {
  listSweeps,
  sweepStatus,
  whoIsAt,
  type Execution,
  type StatusOptions,
  type SweepState,
  type SweepStatus,
} from './sweeps/completeness/sweep-status.js';
export { executionOf, forgetExecution, noteExecution } from './sweeps/ownership/execution-note.js';
export { NATIVE, nativeMemory, releaseLeft } from '@unitscope/models';
export { CellMaps, type CellMapsOptions, type UnitMap, type UnitMaps } from './maps/cell-maps.js';
export type { LayerMaps } from './maps/layer-maps.js';
export { Photographs } from './maps/photograph.js';
