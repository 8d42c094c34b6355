import { evenly, isLogarithmic } from '@unitscope/entropy';
import { trendPoint, type TrendRow, type TrendRows } from '../rows/trend-rows.js';
import {
  MOST_TREND_LINES,
  type Trend,
  type TrendPanel,
  type TrendPoint,
  type TrendSeries,
} from '../trend/trend.js';
import {
  entropyTitle,
  overWords,
  partSentence,
  sentences,
  shownSentence,
  stepLabel,
  type Caption,
} from './caption.js';

/** The layers that have a line: of many evenly spaced ones; and how many there are. */
export function drawnLayers(rows: readonly TrendRow[]): {
  readonly drawn: readonly string[];
  readonly all: number;
} {
  const layers = [...new Set(rows.map(({ layer }) => layer))];
  return { drawn: evenly(layers, MOST_TREND_LINES), all: layers.length };
}

/** Mean H of each layer over the checkpoints, H against noise, and a metadata column below. */
export function trendModel({ rows, notes }: TrendRows, caption: Caption): Trend {
  const { axis, category, shown } = notes;
  const { drawn, all } = drawnLayers(rows);
  const byLayer = Map.groupBy(rows, ({ layer }) => layer);
  const series = (point: (row: TrendRow) => Omit<TrendPoint, 'step' | 'row'>): TrendSeries[] =>
    drawn.map((name) => ({
      name,
      of: { layer: name },
      points: (byLayer.get(name) ?? []).map((row) => ({
        step: row.step,
        ...point(row),
        row: trendPoint(row, notes.against),
      })),
    }));
  // Where fewer than five units of each layer are sensitive, no band is drawn.
  const hasBands = rows.some(({ low }) => low !== null);
  const bands = hasBands ? '; bands: 95 % bootstrap intervals over units' : '';
  return {
    title: entropyTitle(`Feature entropy over the checkpoints of ${caption.sweep}`, caption),
    subtitle: sentences(
      `Mean over ${overWords(caption, category)}${bands}.`,
      ...(caption.also ?? []),
      partSentence(drawn.length, all, 'layers are drawn'),
      shownSentence(shown),
    ),
    stepLabel: stepLabel(axis),
    stepScale: axis !== null && isLogarithmic([...new Set(rows.map(({ step }) => step))]) ? 'log' : 'linear',
    // What nothing places has no order.
    joined: axis !== null,
    panels: [
      {
        label: 'mean feature entropy H (nats)',
        series: series(({ entropy, low, high }) => ({ value: entropy, low, high })),
      },
      {
        label: 'H / H of noise',
        series: series((row) => ({ value: row.relative, low: row.relative_low, high: row.relative_high })),
        reference: { value: 1, label: 'noise' },
      },
      ...columnPanel(notes.against, byLayer.get(drawn[0] ?? '') ?? []),
    ],
  };
}

/** The metadata column; none where no checkpoint has a value in it. */
function columnPanel(against: string | null, rows: readonly TrendRow[]): TrendPanel[] {
  if (against === null || rows.every((row) => row.against === null)) return [];
  const points = rows.map(({ checkpoint, step, against: value }) => {
    return { step, value, row: { checkpoint, step, [against]: value } };
  });
  return [{ label: against, series: [{ name: against, points }], zero: against.includes('loss') }];
}
