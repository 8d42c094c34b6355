import type { SweepProgress } from '@unitscope/tasks';

export interface RunOptions {
  /** Address of the store, e.g. `file:///data`. */
  readonly store: string;
  /** Worker threads; default: one a core. */
  readonly threads?: number | undefined;
  /** How often a task is tried before it is set aside. */
  readonly attempts?: number | undefined;
  /** How long a task may take, e.g. `90s`; default: an hour. One that takes longer is ended and set aside. */
  readonly taskTimeout?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
}
