import { InputError } from '@unitscope/base';
import { runsModel, trendModel, type Trend } from '@unitscope/plots';
import {
  changesWords,
  drawnRuns,
  runChanges,
  sweepTrends,
  trendRows,
  UnknownNameError,
  type DrawnRunsOptions,
  type SweepResults,
  type SweepTrends,
} from '@unitscope/query';
import { captionOf, ONE_TRAINING } from './captions.js';

export interface TrendOptions extends DrawnRunsOptions {
  readonly against?: string | undefined;
  /** One training, as `lr=0.01,seed=1`. */
  readonly run?: string | undefined;
}

/** Mean H of each layer over the checkpoints of a training, H against noise, and a metadata column; or several trainings. */
export async function trendOf(results: SweepResults, options: TrendOptions): Promise<Trend> {
  const { layer, category } = options;
  const found = await sweepTrends(results, options);
  const { trainings } = found;
  const [first] = trainings;
  if (layer !== undefined && !found.layers.some((one) => one.layer === layer))
    throw new UnknownNameError(
      `no layer ${JSON.stringify(layer)}; there are ${found.layers.map((one) => one.layer).join(', ')}`,
    );
  refuseTrendless(results, found);
  const changed = await changedSentence(results, found);
  if (first === undefined || trainings.length > 1) {
    const caption = captionOf(results, null, { category, also: [changed] });
    return runsModel(drawnRuns(found, options), caption);
  }
  const { rows, notes } = trendRows(first, { category: category ?? null });
  const chosen = rows.filter((row) => layer === undefined || row.layer === layer);
  const also = [ONE_TRAINING, changed];
  return trendModel({ rows: chosen, notes }, captionOf(results, first.run, { category, also }));
}

function refuseTrendless({ name }: SweepResults, { trainings, problem }: SweepTrends): void {
  const [first, ...more] = trainings;
  if (first === undefined)
    throw new TrendlessError(`sweep ${name}: ${problem ?? 'no checkpoint has a step'}`);
  if (more.length === 0 && first.checkpoints.length === 1)
    throw new TrendlessError(
      `sweep ${name}: one checkpoint has results, and nothing changes over one; \`unitscope plot ${name} depth\` ` +
        'and `distribution` show it',
    );
}

/** Which units died and awoke in these trainings; '' where none has two checkpoints. */
async function changedSentence(results: SweepResults, { trainings }: SweepTrends): Promise<string> {
  const changes = (await runChanges(results)).filter(
    (one) => one.checkpoints > 1 && trainings.some((trend) => trend.run === one.run),
  );
  return changes.length === 0 ? '' : changesWords(changes);
}

/** Nothing that could be drawn over steps. */
class TrendlessError extends InputError {
  readonly code = 'TREND_NONE';
}
