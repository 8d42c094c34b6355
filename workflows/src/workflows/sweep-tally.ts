import type { CellCounts, CheckpointResult } from '../messages/messages.js';
import type { SweepState } from './sweep-input.js';

/** What is done of a sweep: counts of the checkpoints that are over, and which of them have tasks set aside. */
export class SweepTally {
  cells: CellCounts & { readonly total: number };
  maps: number;
  /** Checkpoints that are over. */
  done: number;
  /** Checkpoints with tasks set aside, and the number of their cells. */
  readonly failed: Map<number, number>;

  constructor(state: SweepState | undefined) {
    this.cells = state?.cells ?? { total: 0, done: 0, cached: 0, failed: 0 };
    this.maps = state?.maps ?? 0;
    this.done = state?.done ?? 0;
    this.failed = new Map(state?.failed ?? []);
  }

  setTotal(cells: number): void {
    this.cells = { ...this.cells, total: cells };
  }

  settle(checkpoint: number, { cells, maps, failedTasks }: CheckpointResult): void {
    this.cells = {
      total: this.cells.total,
      done: this.cells.done + cells.done,
      cached: this.cells.cached + cells.cached,
      failed: this.cells.failed + cells.failed,
    };
    this.maps += maps;
    this.done++;
    if (failedTasks > 0) this.failed.set(checkpoint, cells.failed);
  }

  /** A checkpoint is to be done again; false: nothing of it was set aside. */
  reopen(checkpoint: number): boolean {
    const cells = this.failed.get(checkpoint);
    if (cells === undefined) return false;
    this.failed.delete(checkpoint);
    this.cells = { ...this.cells, failed: this.cells.failed - cells };
    this.done--;
    return true;
  }
}
