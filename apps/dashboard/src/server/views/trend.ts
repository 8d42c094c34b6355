import { createHash } from 'node:crypto';
import {
  endsOf,
  generalisation,
  settledWords,
  sweepTrend,
  type ScoredSetting,
  type LayerTrend,
  type SweepResults,
  type SweepTrend,
} from '@unitscope/query';
import { arrowTable } from '../arrow-table.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

/** A chart shows no more; of more checkpoints evenly spaced ones are drawn, and all are in the layers' figures. */
const MOST_CHECKPOINTS = 150;
const KEPT_TRENDS = 8;

interface TrendRow {
  readonly trend: SweepTrend;
  readonly layer: LayerTrend;
  readonly at: number;
}

/** Mean H of every layer at every checkpoint (of many: evenly spaced ones), one row each, and the metadata column beside it. */
export async function trendView(context: ViewContext): Promise<ViewAnswer> {
  const { trend, shown } = await trendOf(context, MOST_CHECKPOINTS);
  const rows = trend.layers.flatMap((layer) =>
    trend.checkpoints.map((_, at): TrendRow => ({ trend, layer, at })),
  );
  const value = ({ layer, at }: TrendRow): LayerTrend['values'][number] => layer.values[at] ?? null;
  const body = arrowTable<TrendRow>(
    rows,
    {
      layer: ['text', ({ layer }) => layer.layer],
      layer_index: ['whole', ({ layer }) => layer.layerIndex],
      checkpoint: ['text', ({ at }) => trend.checkpoints[at]?.label],
      step: ['number', ({ at }) => trend.steps[at]],
      entropy: ['number', (row) => value(row)?.entropy],
      low: ['number', (row) => value(row)?.low],
      high: ['number', (row) => value(row)?.high],
      relative: ['number', (row) => value(row)?.relative],
      relative_low: ['number', (row) => value(row)?.relativeLow],
      relative_high: ['number', (row) => value(row)?.relativeHigh],
      selective_rate: ['number', (row) => value(row)?.selectiveRate],
      against: ['number', ({ at }) => trend.column[at]],
    },
    { axis: trend.axis ?? '', against: trend.against ?? '', shown },
  );
  return { type: 'arrow', body };
}

/** One row a layer: where it began and ended, when it settled, how it goes with the metadata column. */
export async function layersView(context: ViewContext): Promise<ViewAnswer> {
  const { trend, shown } = await trendOf(context);
  const settledAt = ({ settled }: LayerTrend): number =>
    trend.checkpoints.findIndex(({ label }) => label === settled);
  const body = arrowTable<LayerTrend>(
    trend.layers,
    {
      layer: ['text', ({ layer }) => layer],
      map_size: ['whole', ({ mapSize }) => mapSize],
      first: ['number', (layer) => endsOf(layer).first],
      last: ['number', (layer) => endsOf(layer).last],
      relative_last: ['number', ({ values }) => values.at(-1)?.relative],
      selective_rate_last: ['number', ({ values }) => values.at(-1)?.selectiveRate],
      settled: ['text', ({ settled }) => settled],
      settles: ['flag', ({ settles }) => settles],
      settled_at: ['whole', (layer) => (settledAt(layer) < 0 ? null : settledAt(layer))],
      pearson: ['number', ({ pearson }) => pearson?.r],
      pearson_low: ['number', ({ pearson }) => pearson?.interval?.low],
      pearson_high: ['number', ({ pearson }) => pearson?.interval?.high],
      spearman: ['number', ({ spearman }) => spearman?.r],
      spearman_low: ['number', ({ spearman }) => spearman?.interval?.low],
      spearman_high: ['number', ({ spearman }) => spearman?.interval?.high],
      p: ['number', ({ spearman }) => spearman?.p],
      lag: ['whole', ({ bestLag }) => bestLag?.lag],
      lag_r: ['number', ({ bestLag }) => bestLag?.r],
    },
    {
      axis: trend.axis ?? '',
      against: trend.against ?? '',
      shown,
      first: trend.checkpoints[0]?.label ?? '',
      last: trend.checkpoints.at(-1)?.label ?? '',
      settled: settledWords(trend),
    },
  );
  return { type: 'arrow', body };
}

/** The settings by the entropy of their last layers against noise, lowest first, and what can be said of them. */
export async function generalisationView(context: ViewContext): Promise<ViewAnswer> {
  const verdict = await generalisation(await context.results());
  const body = arrowTable<ScoredSetting>(
    verdict.settings,
    {
      setting: ['text', ({ setting }) => setting],
      trainings: ['whole', ({ runs }) => runs.length],
      score: ['number', ({ mean }) => mean],
    },
    { words: verdict.words, best: verdict.best ?? '' },
  );
  return { type: 'arrow', body };
}

interface Trended {
  readonly trend: SweepTrend;
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
    await tablesState(results),
    results.restatement,
    results.checkpoints.length,
    against,
    category,
    run,
  ]);
  let found = lately.get(key);
  if (found === undefined) {
    found = sweepTrend(results, { against, category, run }).then((trend) => {
      return { trend, shown };
    });
    lately.set(key, found);
    for (const old of [...lately.keys()].slice(0, -KEPT_TRENDS)) lately.delete(old);
  }
  return found;
}

/** Changes when a table of the sweep does: its keys, sizes and the store's own marks. */
async function tablesState({ store, objects, manifest }: SweepResults): Promise<string> {
  const state = createHash('sha256').update(manifest.specDigest);
  for await (const { key, size, etag } of store.list(`${objects.root}/results/layers/`)) {
    state.update(`${key} ${size} ${etag ?? ''}\n`);
  }
  return state.digest('hex');
}
