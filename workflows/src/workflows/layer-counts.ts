import type { Batch, CheckpointPlan, CheckpointProgress } from '../messages/messages.js';

/** How many tasks of each layer are over, where a task belongs to one layer. */
export class LayerCounts {
  readonly #starts: readonly number[];
  readonly #tasks: number;
  readonly #done: number[];
  readonly #failed: number[];

  constructor(plan?: CheckpointPlan, earlier?: readonly (readonly [done: number, failed: number])[]) {
    this.#starts = plan?.layerStarts ?? [];
    this.#tasks = plan?.tasks ?? 0;
    this.#done = this.#starts.map((_, layer) => earlier?.[layer]?.[0] ?? 0);
    this.#failed = this.#starts.map((_, layer) => earlier?.[layer]?.[1] ?? 0);
  }

  add({ from, to, tasks }: Batch, failed: readonly number[]): void {
    if (this.#starts.length === 0) return;
    const bad = new Set(failed);
    for (let i = from; i < to; i++) {
      const task = tasks?.[i] ?? i;
      const layer = this.#layerOf(task);
      const counts = bad.has(task) ? this.#failed : this.#done;
      counts[layer] = (counts[layer] ?? 0) + 1;
    }
  }

  /** Tasks that counted as done are to be done again. */
  reopen(tasks: readonly number[]): void {
    if (this.#starts.length === 0) return;
    for (const task of tasks) {
      const layer = this.#layerOf(task);
      this.#done[layer] = (this.#done[layer] ?? 0) - 1;
    }
  }

  counts(): [done: number, failed: number][] {
    return this.#done.map((done, layer) => [done, this.#failed[layer] ?? 0]);
  }

  report(): CheckpointProgress['layers'] {
    return this.#starts.map((start, layer) => ({
      total: (this.#starts[layer + 1] ?? this.#tasks) - start,
      done: this.#done[layer] ?? 0,
      failed: this.#failed[layer] ?? 0,
    }));
  }

  #layerOf(task: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= task) low = middle;
      else high = middle;
    }
    return low;
  }
}
