import type { CellCounts, CheckpointPlan, Pace, Scope, SweepRef } from '../messages/messages.js';

export interface SweepInput {
  readonly ref: SweepRef;
  /** `failed`: only tasks that an earlier execution set aside. */
  readonly scope: Scope;
  /** Checkpoints at work at once, of those that fill their lanes. */
  readonly window: number;
  /** More where the workers that are there can do more. */
  readonly fits?: boolean;
  readonly pace: Pace;
  /** More checkpoints may join until it is told to finish, or there are so many. */
  readonly follow?: { readonly until: number | null };
  /** Where an earlier run of this workflow had come to. */
  readonly state?: SweepState;
}

export interface SweepState {
  /** The first checkpoint that was not begun. */
  readonly next: number;
  /** Checkpoints whose failed tasks are to be done again. */
  readonly retries: readonly number[];
  readonly cells: CellCounts & { readonly total: number };
  readonly maps: number;
  readonly done: number;
  readonly failed: readonly (readonly [checkpoint: number, cells: number])[];
  readonly paused: boolean;
  readonly finished: boolean;
  readonly names?: readonly string[];
  readonly tasks?: number;
  readonly plan?: CheckpointPlan;
  readonly slots?: number;
  /** Checkpoints among `retries` of which only what is missing is meant. Absent: none. */
  readonly remake?: readonly number[];
  /** Absent: 0. */
  readonly remakes?: number;
}
