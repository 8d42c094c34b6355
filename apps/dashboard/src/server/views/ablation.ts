import type { AblationCurves } from '@unitscope/plots';
import { ablationCurves, keptAblations, type KeptAblation } from '@unitscope/query';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** What is kept of a sweep's ablations, and the curves of the one that is asked for, or the first. */
export interface AblationAnswer {
  readonly kept: readonly KeptAblation[];
  readonly id: string | null;
  readonly shown: AblationCurves | null;
}

export async function ablationView(context: ViewContext): Promise<ViewAnswer> {
  const results = await context.results();
  const kept = await keptAblations(results);
  const layer = context.parameters.text('layer');
  const first = kept.find((one) => layer === undefined || one.layer === layer) ?? kept[0];
  const id = context.parameters.text('ablation') ?? first?.id ?? null;
  const shown = id === null ? null : await ablationCurves(results, id);
  const answer: AblationAnswer = { kept, id, shown };
  return { type: 'json', body: JSON.stringify(answer) };
}
