// Entry of a worker thread: does the evaluations of one plan until the pool ends it.
import { serveTasks } from '@unitscope/engine';
import { openStore } from '@unitscope/store';
import type { Evaluation, EvaluationPlan } from './evaluation-plan.js';
import { Evaluator, type EvaluationOutcome } from './evaluator.js';

/** What a thread needs to know of a plan. */
export interface EvaluationThreadData {
  readonly plan: EvaluationPlan;
  /** Address of the store. */
  readonly store: string;
}

serveTasks<Evaluation, EvaluationOutcome>(async ({ plan, store }: EvaluationThreadData) => {
  return new Evaluator(plan, await openStore(store));
});
