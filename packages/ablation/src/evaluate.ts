import { availableParallelism } from 'node:os';
import { ThreadPool } from '@unitscope/engine';
import type { ObjectStore } from '@unitscope/store';
import { InputError } from '@unitscope/base';
import type { EvaluationThreadData } from './ablation-thread.js';
import { AblationInterruptedError, EvaluationFailedError } from './errors.js';
import type { Evaluation, EvaluationPlan } from './evaluation-plan.js';
import type { EvaluationOutcome } from './evaluator.js';

/** How far an ablation is, in evaluated images times steps. */
export interface AblationProgress {
  readonly total: number;
  readonly done: number;
  /** Of these, found in the store. */
  readonly cached: number;
  readonly seconds: number;
}

export interface EvaluateOptions {
  /** Worker threads; default: one a core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: AblationProgress) => void) | undefined;
}

/** Input that turned out wrong in a thread, where its class is lost. */
class EvaluationInputError extends InputError {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/**
 * Does evaluations over threads; what the store has already is not done again. Throws AblationInterruptedError when
 * `signal` aborts; what was evaluated stays.
 */
export async function evaluate(
  plan: EvaluationPlan,
  evaluations: readonly Evaluation[],
  store: ObjectStore,
  { threads = availableParallelism(), signal, onProgress }: EvaluateOptions,
): Promise<void> {
  const data: EvaluationThreadData = { plan, store: store.uri };
  const pool = new ThreadPool<EvaluationThreadData, Evaluation, EvaluationOutcome>({
    entry: new URL('./ablation-thread.js', import.meta.url),
  });
  const started = performance.now();
  const total = evaluations.reduce(
    (sum, { batch, from, to }) => sum + (plan.batches[batch]?.images.length ?? 0) * (to - from),
    0,
  );
  let [next, done, cached] = [0, 0, 0];
  const lane = async (): Promise<void> => {
    for (let at = next++; at < evaluations.length; at = next++) {
      const evaluation = evaluations[at];
      if (evaluation === undefined) return;
      const reply = await pool.run(data, evaluation, signal);
      if (signal?.aborted === true)
        throw new AblationInterruptedError('interrupted; what was evaluated is kept');
      if ('failure' in reply) {
        const { message, code, input } = reply.failure;
        throw input
          ? new EvaluationInputError(message, code)
          : new EvaluationFailedError(`${code}: ${message}`);
      }
      done += reply.outcome.evaluated;
      cached += reply.outcome.cached;
      onProgress?.({ total, done, cached, seconds: (performance.now() - started) / 1000 });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(threads, evaluations.length) }, lane));
  } finally {
    next = evaluations.length;
    await pool.close();
  }
}
