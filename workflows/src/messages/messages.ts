// What crosses the wire: keys and numbers, never data. The manifest is read from the store.

/** A sweep in a store, and which state of its manifest is meant. */
export interface SweepRef {
  readonly sweep: string;
  /** Address of the store; holds no credentials. */
  readonly store: string;
  /** Digest of the manifest, its checkpoints cut to the first `checkpoints`: more may join later. */
  readonly manifest: string;
  readonly checkpoints: number;
}

/** How a sweep is spread; changes no number. */
export interface Pace {
  /** Batches of one checkpoint that are in the task queue or at work at once. */
  readonly lanes: number;
  /** What a batch of small tasks should take. */
  readonly batchSeconds: number;
  /** Most tasks a batch has. */
  readonly batchTasks: number;
  /** How often a task is tried before it is set aside. */
  readonly attempts: number;
  /** How long a task may take, e.g. `90s`; absent: an hour. */
  readonly taskTimeout?: string;
  /** A history longer than this is continued as a new one. */
  readonly historyEvents: number;
  readonly heartbeatSeconds: number;
}

export const defaultPace: Pace = {
  lanes: 8,
  batchSeconds: 10,
  batchTasks: 400,
  attempts: 3,
  historyEvents: 2000,
  heartbeatSeconds: 15,
};

/**
 * Which of a checkpoint's tasks are meant: all; those that are set aside; or only those whose objects are not there though
 * nothing says why. The other two do those as well, before the tables are made.
 */
export type Scope = 'all' | 'failed' | 'missing';

export interface CellCounts {
  readonly done: number;
  /** Of the done ones: those whose objects were there already. */
  readonly cached: number;
  readonly failed: number;
}

/** What openSweep tells a sweep's workflow. */
export interface OpenedSweep {
  readonly cells: number;
  /** What people call its checkpoints, from the index that was asked for. */
  readonly names?: readonly string[];
  /** Tasks of the checkpoint that has most. */
  readonly tasks?: number;
  /** Where the plans of all checkpoints are the same one but for the name: no checkpoint need ask for its own. */
  readonly plan?: CheckpointPlan;
}

export interface CheckpointPlan {
  readonly kind: 'extract' | 'measure';
  readonly tasks: number;
  readonly cells: number;
  /** For measure: the first task of each layer; for extract every task is all layers, and there is none. */
  readonly layerStarts: readonly number[];
  /** For people who look at Temporal's page. */
  readonly names?: PlanNames;
}

/** Labels cut short; a list that would be too long a message is empty. */
export interface PlanNames {
  readonly checkpoint: string;
  /** In the order of the plan; empty for extract, where every task is all layers. */
  readonly layers: readonly string[];
  /** Of the tasks, or of those of each layer; empty where layers have different ones. */
  readonly categories: readonly string[];
}

/** A piece of a checkpoint's tasks: a range, or single ones. */
export interface Batch {
  readonly checkpoint: number;
  readonly from: number;
  readonly to: number;
  /** Given where the tasks are no range; `from` and `to` are then positions in it. */
  readonly tasks?: readonly number[];
}

export interface BatchResult {
  readonly cells: CellCounts;
  /** Indices of the tasks that were set aside. */
  readonly failed: readonly number[];
  readonly maps: number;
  readonly seconds: number;
  /** The batch was the whole checkpoint, and its result tables are made too. */
  readonly tables?: boolean;
}

/** What came of making a checkpoint's result tables. */
export interface TablesResult {
  /** The making itself was set aside. */
  readonly failed: boolean;
  /** Tasks whose objects are not there: no table was made, they are to be done first. */
  readonly missing?: number;
  /** Tasks that were given up, since their objects go away each time. */
  readonly lost?: number;
}

/** How a sweep's tables stand at its end. */
export interface ClosedSweep {
  /** Rows of failures.arrow. */
  readonly failedTasks: number;
  /** Cells that the result tables hold. */
  readonly held?: number;
  /** Checkpoints whose tables are gone or lack cells that no failure explains; some of them, where they are many. */
  readonly incomplete?: readonly number[];
}

export interface CheckpointResult {
  readonly cells: CellCounts;
  readonly maps: number;
  /** Tasks that are set aside, the making of the result tables among them. */
  readonly failedTasks: number;
}

export interface CheckpointProgress {
  readonly checkpoint: number;
  readonly state: 'planning' | 'running' | 'paused' | 'aggregating';
  readonly tasks: { readonly total: number; readonly done: number; readonly failed: number };
  readonly cells: CellCounts & { readonly total: number };
  readonly maps: number;
  /** Tasks over, by layer in the order of the plan; empty where every task is all layers. */
  readonly layers: readonly { readonly total: number; readonly done: number; readonly failed: number }[];
}

export interface SweepProgressReport {
  readonly state: 'running' | 'paused' | 'waiting';
  /** Of the checkpoints that are over; the running ones are asked themselves. */
  readonly cells: CellCounts & { readonly total: number };
  readonly maps: number;
  readonly checkpoints: { readonly total: number; readonly done: number };
  readonly running: readonly number[];
  /** Checkpoints that are over and have tasks set aside, and the number of their cells. */
  readonly failed: readonly (readonly [checkpoint: number, cells: number])[];
  readonly window: number;
}

export interface SweepResult {
  readonly cells: CellCounts & { readonly total: number };
  readonly maps: number;
  readonly checkpoints: number;
  /** Rows of failures.arrow. */
  readonly failedTasks: number;
  /** Cells that the result tables hold. */
  readonly held?: number;
}

/** What a workflow's memo says of a sweep, for listings and for a second launch. */
export interface SweepMemo {
  readonly sweep: string;
  readonly store: string;
  /** Digest of the spec's scientific content. */
  readonly content: string;
}

/** Workflows and small activities; extract needs a tensor backend; measure a CPU. */
export const taskQueues = {
  sweep: 'unitscope',
  extract: 'unitscope-extract',
  measure: 'unitscope-measure',
} as const;
