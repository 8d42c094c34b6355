import { layerColumns, settingColumns, trendColumns } from '@unitscope/plots';
import { generalization, layerRows, sweepTrend, trendRows, type SweepTrend } from '@unitscope/query';
import { rowsAnswer } from '../arrow-table.js';
import { MOST_ON_A_LINE, type ViewAnswer, type ViewContext } from '../view-request.js';

const KEPT_TRENDS = 8;

/**
 * Mean H of every layer at every checkpoint, one row each, and the metadata column beside it. Of many checkpoints evenly spaced ones,
 * closer together between two steps that are chosen; all are in the layers' figures.
 */
export async function trendView(context: ViewContext): Promise<ViewAnswer> {
  const { trend, ...asked } = await trendOf(context, MOST_ON_A_LINE);
  return rowsAnswer(trendColumns, trendRows(trend, asked));
}

/** One row a layer: where it began and ended, when it settled, how it goes with the metadata column. */
export async function layersView(context: ViewContext): Promise<ViewAnswer> {
  const { trend, ...asked } = await trendOf(context);
  return rowsAnswer(layerColumns, layerRows(trend, asked));
}

/** The settings by the entropy of their last layers against noise, lowest first, and what can be said of them. */
export async function generalizationView(context: ViewContext): Promise<ViewAnswer> {
  const { settings, words, best } = await generalization(await context.results());
  const rows = settings.map(({ setting, runs, mean }) => ({ setting, trainings: runs.length, score: mean }));
  return rowsAnswer(settingColumns, { rows, notes: { words, best: best ?? '' } });
}

interface Trended {
  readonly trend: SweepTrend;
  readonly category: string | null;
  readonly shown: string;
}

/** The last trends: the page asks for a trend, its layers and its ranking one after the other. */
const lately = new Map<string, Promise<Trended>>();

async function trendOf(context: ViewContext, most = Infinity): Promise<Trended> {
  const { parameters, request } = context;
  const { results, shown } = await context.sampled('steps', most);
  const run = parameters.text('run');
  const [against, category] = [parameters.text('against'), parameters.text('category')];
  const key = JSON.stringify([
    request.sweep,
    await context.tablesState(),
    results.restatement,
    results.definition,
    results.checkpoints.length,
    parameters.text('stepFrom'),
    parameters.text('stepTo'),
    against,
    category,
    run,
  ]);
  let found = lately.get(key);
  if (found === undefined) {
    found = sweepTrend(results, { against, category, run }).then((trend) => {
      return { trend, category: category ?? null, shown };
    });
    lately.set(key, found);
    for (const old of [...lately.keys()].slice(0, -KEPT_TRENDS)) lately.delete(old);
  }
  return found;
}
