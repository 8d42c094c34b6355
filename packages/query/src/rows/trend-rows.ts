import type { LayerRow, LayerRows, TrendNotes, TrendRow, TrendRows } from '@unitscope/plots';
import { endsOf } from '../trainings/over-runs.js';
import type { LayerTrend, SweepTrend } from '../trainings/layer-trend.js';
import { settledWords } from '../trainings/settled-words.js';

/** What a trend does not say of itself. */
type Asked = Partial<Pick<TrendNotes, 'category' | 'shown'>>;

/** Every layer at every checkpoint of a training. */
export function trendRows(trend: SweepTrend, asked: Asked = {}): TrendRows {
  const rows = trend.layers.flatMap(({ layer, layerIndex, values }) =>
    trend.checkpoints.map(({ label }, at): TrendRow => {
      const value = values[at] ?? null;
      return {
        layer,
        layer_index: layerIndex,
        checkpoint: label,
        step: trend.steps[at] ?? at,
        entropy: value?.entropy ?? null,
        low: value?.low ?? null,
        high: value?.high ?? null,
        relative: value?.relative ?? null,
        relative_low: value?.relativeLow ?? null,
        relative_high: value?.relativeHigh ?? null,
        selective_rate: value?.selectiveRate ?? null,
        against: trend.column[at] ?? null,
      };
    }),
  );
  return { rows, notes: notesOf(trend, asked) };
}

/** Each layer over a training. */
export function layerRows(trend: SweepTrend, asked: Asked = {}): LayerRows {
  const { checkpoints } = trend;
  return {
    rows: trend.layers.map((layer) => layerRow(trend, layer)),
    notes: {
      ...notesOf(trend, asked),
      first: checkpoints[0]?.label ?? '',
      last: checkpoints.at(-1)?.label ?? '',
      settled: settledWords(trend),
    },
  };
}

function layerRow({ checkpoints }: SweepTrend, trend: LayerTrend): LayerRow {
  const { layer, mapSize, values, settled, settles, pearson, spearman, bestLag } = trend;
  const at = checkpoints.findIndex(({ label }) => label === settled);
  const { first, last } = endsOf(trend);
  return {
    layer,
    map_size: mapSize,
    first,
    last,
    relative_last: values.at(-1)?.relative ?? null,
    selective_rate_last: values.at(-1)?.selectiveRate ?? null,
    settled,
    settles,
    settled_at: at < 0 ? null : at,
    pearson: pearson?.r ?? null,
    pearson_low: pearson?.interval?.low ?? null,
    pearson_high: pearson?.interval?.high ?? null,
    spearman: spearman?.r ?? null,
    spearman_low: spearman?.interval?.low ?? null,
    spearman_high: spearman?.interval?.high ?? null,
    p: spearman?.p ?? null,
    lag: bestLag?.lag ?? null,
    lag_r: bestLag?.r ?? null,
  };
}

function notesOf({ axis, against, checkpoints }: SweepTrend, asked: Asked): TrendNotes {
  const { category = null, shown = String(checkpoints.length) } = asked;
  return { axis, against, category, shown };
}
