import type { ObjectStore } from '@unitscope/store';
import { decodeTable, evaluationsSchema, memorySource } from '@unitscope/tables';
import { areaWeights, OrderOutcomes } from './curve.js';
import { evaluationKey, evaluationsOf, type EvaluationPlan } from './evaluation-plan.js';

/** By order: the outcomes of each category that it was evaluated on. */
export type Outcomes = readonly ReadonlyMap<string, OrderOutcomes>[];

/** Reads what was evaluated, order by order, images in their order. */
export async function readOutcomes(
  plan: EvaluationPlan,
  store: ObjectStore,
  counts: readonly number[],
  wanted: (order: number, category: string) => boolean,
): Promise<Outcomes> {
  const weights = areaWeights(counts);
  const imagesOf = new Map<string, number>();
  for (const { category, images } of plan.batches)
    imagesOf.set(category, (imagesOf.get(category) ?? 0) + images.length);
  const outcomes: Map<string, OrderOutcomes>[] = [];
  for (const order of plan.orders.keys()) {
    const found = new Map<string, OrderOutcomes>();
    const placed = new Map<string, number>();
    for (const [batch, { category, images }] of plan.batches.entries()) {
      if (!wanted(order, category)) continue;
      const into = found.get(category) ?? new OrderOutcomes(counts.length, imagesOf.get(category) ?? 0);
      found.set(category, into);
      const first = placed.get(category) ?? 0;
      placed.set(category, first + images.length);
      for (const evaluation of evaluationsOf(plan, batch, order)) {
        const key = evaluationKey(plan, evaluation);
        const rows = await decodeTable(memorySource(key, await store.get(key)), evaluationsSchema);
        for (let row = 0; row < rows.loss.length; row++) {
          const step = evaluation.from + Math.floor(row / images.length);
          const image = first + (row % images.length);
          into.add(image, step, weights[step] ?? 0, rows.loss[row] ?? NaN, rows.ahead[row] ?? 0);
        }
      }
    }
    outcomes.push(found);
  }
  return outcomes;
}
