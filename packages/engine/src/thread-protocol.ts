import type { StoreTraffic } from '@unitscope/store';
import type { InputsFrom, TaskOutcome, TaskRef } from '@unitscope/tasks';

/** What a thread needs to know of a sweep. */
export interface ThreadData {
  /** Text of the manifest. */
  readonly manifest: string;
  /** Address of the store. */
  readonly store: string;
  /** Where tasks find checkpoints, images and activation files; default: where they were resolved. */
  readonly inputs?: InputsFrom;
  /** Memory that images decoded at once may take in one thread. */
  readonly decodeBytes?: number;
}

/** How many works a thread holds a server of at once: each may hold a model. */
export const WORKS_HELD = 2;

export interface ThreadRequest<Data = ThreadData, Task = TaskRef> {
  readonly task: Task;
  /** Number of the work that it is of: a sweep, or another plan. */
  readonly work: number;
  /** Comes with the first task of that work, and again once WORKS_HELD others came between. */
  readonly data?: Data;
}

/** An error as it crosses a thread's border, where classes are lost. */
export interface TaskFailure {
  readonly code: string;
  readonly message: string;
  /** The input is wrong: trying again cannot help. */
  readonly input: boolean;
}

export type ThreadReply<Outcome = TaskOutcome> = (
  { readonly outcome: Outcome } | { readonly failure: TaskFailure }
) & {
  /** What the thread asked of S3 since its last reply. */
  readonly traffic?: StoreTraffic | undefined;
};
