import type {
  Batch,
  BatchResult,
  CheckpointPlan,
  ClosedSweep,
  OpenedSweep,
  SweepRef,
  TablesResult,
} from '../messages/messages.js';

/** The activities as workflows call them. */
export interface SweepActivities {
  /**
   * Checks that the store holds the manifest that is meant, and writes checkpoints.arrow; answers its cells, and what
   * people call its checkpoints from the index `from`.
   */
  readonly openSweep: (ref: SweepRef, from?: number) => Promise<OpenedSweep>;
  /** Tasks that the workers do at once, as far as they have asked for some lately; 0: nobody knows. */
  readonly countSlots: () => Promise<number>;
  readonly planCheckpoint: (ref: SweepRef, checkpoint: number) => Promise<CheckpointPlan>;
  /** Checkpoints with tasks that are set aside, or whose tables are not there or lack cells. */
  readonly failedCheckpoints: (ref: SweepRef) => Promise<number[]>;
  /** Tasks of a checkpoint that are set aside, at most `limit`, from the index `from`. */
  readonly failedTasksOf: (
    ref: SweepRef,
    checkpoint: number,
    from: number,
    limit: number,
  ) => Promise<number[]>;
  /** As failedTasksOf, of tasks whose objects are not there and that are not set aside. */
  readonly missingTasksOf: SweepActivities['failedTasksOf'];
  /**
   * Writes failures.arrow and compares the tables with the manifest. `last`: what they still lack is given up, and noted
   * as lost.
   */
  readonly closeSweep: (ref: SweepRef, last?: boolean) => Promise<ClosedSweep>;
}

/** `taskTimeout`: of each task, e.g. `90s`. */
type TasksActivity = (
  ref: SweepRef,
  batch: Batch,
  attempts: number,
  taskTimeout?: string,
) => Promise<BatchResult>;

/** The activities that compute; they are the same, the queues differ. */
export interface ComputeActivities {
  readonly extractTasks: TasksActivity;
  readonly measureTasks: TasksActivity;
  /**
   * Makes a checkpoint's result tables, unless objects of tasks are missing that were not set aside. `last`: those are
   * set aside now, as lost, and the tables made without them.
   */
  readonly aggregateTables: (
    ref: SweepRef,
    checkpoint: number,
    attempts: number,
    last?: boolean,
    taskTimeout?: string,
  ) => Promise<TablesResult>;
}
