import type { Batch, CheckpointPlan, PlanNames } from '../messages/messages.js';

/** What a person reads of a batch on Temporal's page, e.g. `step-040: conv3 × dog … fox (tasks 21–24 of 160)`. */
export function batchSummary(plan: CheckpointPlan, { from, to, tasks }: Batch): string {
  const first = tasks?.[from] ?? from;
  const last = tasks?.[to - 1] ?? to - 1;
  const range = first === last ? `task ${first + 1}` : `tasks ${first + 1}–${last + 1}`;
  const count = `${tasks === undefined ? '' : 'failed '}${range} of ${plan.tasks}`;
  const { names, layerStarts } = plan;
  if (names === undefined) return count;
  const what = cellsSpan(names, place(layerStarts, first), place(layerStarts, last));
  return what === '' ? `${names.checkpoint}: ${count}` : `${names.checkpoint}: ${what} (${count})`;
}

interface Place {
  /** -1 where a task is all layers. */
  readonly layer: number;
  readonly category: number;
}

function place(layerStarts: readonly number[], task: number): Place {
  const layer = layerStarts.findLastIndex((start) => start <= task);
  return { layer, category: task - (layerStarts[layer] ?? 0) };
}

function cellsSpan({ layers, categories }: PlanNames, first: Place, last: Place): string {
  const layer = layers[first.layer] ?? '';
  const category = categories[first.category] ?? '';
  const lastCategory = categories[last.category] ?? '';
  const one = [layer, category].filter((name) => name !== '').join(' × ');
  if (first.layer !== last.layer) {
    const other = [layers[last.layer] ?? '', lastCategory].filter((name) => name !== '').join(' × ');
    return one === '' ? '' : `${one} … ${other}`;
  }
  if (category === '') return layer;
  const isOne = first.category === last.category;
  const range = isOne ? one : `${one} … ${lastCategory}`;
  return layer === '' ? `${isOne ? 'category' : 'categories'} ${range}` : range;
}
