import type { InputsFrom, TaskOutcome, TaskRef } from '@unitscope/tasks';

/** What the engine gives a thread when it starts. */
export interface ThreadData {
  /** Text of the manifest. */
  readonly manifest: string;
  /** Address of the store. */
  readonly store: string;
  /** Where tasks find checkpoints, images and activation files; default: where they were resolved. */
  readonly inputs?: InputsFrom;
}

export interface ThreadRequest<Task = TaskRef> {
  readonly task: Task;
}

/** An error as it crosses a thread's border, where classes are lost. */
export interface TaskFailure {
  readonly code: string;
  readonly message: string;
  /** The input is wrong: trying again cannot help. */
  readonly input: boolean;
}

export type ThreadReply<Outcome = TaskOutcome> =
  { readonly outcome: Outcome } | { readonly failure: TaskFailure };
