import { evenly, isWide } from '@unitscope/entropy';
import { MOST_TREND_LINES, type Trend, type TrendSeries } from '@unitscope/plots';
import { definitionWordsOf, type DefinitionWords } from '../definition.js';
import type { Rows } from '../remote-data.js';
import type { TrendRow } from '../rows.js';

/** Of many layers evenly spaced ones are drawn. */
export function drawnLayers(rows: readonly TrendRow[]): {
  readonly drawn: readonly string[];
  readonly all: number;
} {
  const layers = [...new Set(rows.map(({ layer }) => layer))];
  return { drawn: evenly(layers, MOST_TREND_LINES), all: layers.length };
}

/** Mean H of each layer over the checkpoints, H against noise, and a metadata column below. */
export function trendModel(
  sweep: string,
  { rows, notes }: Rows<TrendRow>,
  { name, over }: DefinitionWords = definitionWordsOf('code'),
): Trend {
  const steps = [...new Set(rows.map(({ step }) => step))].sort((a, b) => a - b);
  const layers = drawnLayers(rows).drawn;
  const series = (
    value: keyof TrendRow & ('entropy' | 'relative'),
    low: 'low' | 'relative_low',
    high: 'high' | 'relative_high',
  ): TrendSeries[] =>
    layers.map((drawn) => ({
      name: drawn,
      points: rows
        .filter(({ layer }) => layer === drawn)
        .map((row) => ({ step: row.step, value: row[value], low: row[low], high: row[high] })),
    }));
  const axis = notes.get('axis') ?? '';
  const against = notes.get('against') ?? '';
  const column = rows.filter(({ layer }) => layer === layers[0]);
  return {
    title: `Feature entropy over the checkpoints of ${sweep} (${name})`,
    subtitle: `Mean over ${over}; bands: 95 % bootstrap intervals over units.`,
    stepLabel: axis === '' ? 'checkpoint' : axis === 'step' ? 'training step' : axis,
    stepScale: isWide(steps) && axis !== '' ? 'log' : 'linear',
    // What nothing places has no order.
    joined: axis !== '',
    panels: [
      { label: 'mean feature entropy H (nats)', series: series('entropy', 'low', 'high') },
      {
        label: 'H / H of noise',
        series: series('relative', 'relative_low', 'relative_high'),
        reference: { value: 1, label: 'noise' },
      },
      ...(against === '' || column.every((row) => row.against === null)
        ? []
        : [
            {
              label: against,
              series: [
                { name: against, points: column.map(({ step, against: value }) => ({ step, value })) },
              ],
              zero: against.includes('loss'),
            },
          ]),
    ],
  };
}
