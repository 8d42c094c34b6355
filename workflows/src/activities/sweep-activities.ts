import type { Batch, BatchResult, CheckpointPlan, SweepRef } from '../messages.js';

/** The activities as workflows call them. */
export interface SweepActivities {
  /**
   * Checks that the store holds the manifest that is meant, and writes checkpoints.arrow; answers its cells, and what
   * people call its checkpoints from the index `from`.
   */
  readonly openSweep: (ref: SweepRef, from?: number) => Promise<{ cells: number; names?: readonly string[] }>;
  readonly planCheckpoint: (ref: SweepRef, checkpoint: number) => Promise<CheckpointPlan>;
  /** Checkpoints with tasks that are set aside. */
  readonly failedCheckpoints: (ref: SweepRef) => Promise<number[]>;
  /** Tasks of a checkpoint that are set aside, at most `limit`, from the index `from`. */
  readonly failedTasksOf: (
    ref: SweepRef,
    checkpoint: number,
    from: number,
    limit: number,
  ) => Promise<number[]>;
  /** Writes failures.arrow; answers its rows. */
  readonly closeSweep: (ref: SweepRef) => Promise<{ failedTasks: number }>;
}

/** The activities that compute; they are the same, the queues differ. */
export interface ComputeActivities {
  readonly extractTasks: (ref: SweepRef, batch: Batch, attempts: number) => Promise<BatchResult>;
  readonly measureTasks: (ref: SweepRef, batch: Batch, attempts: number) => Promise<BatchResult>;
  /** Makes a checkpoint's result tables; answers whether that was set aside. */
  readonly aggregateTables: (
    ref: SweepRef,
    checkpoint: number,
    attempts: number,
  ) => Promise<{ failed: boolean }>;
}
