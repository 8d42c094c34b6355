import { trendChart, trendText, type Trend, type TrendSeries } from '@unitscope/plots';
import { metadataColumns, sweepTrend, type SweepResults, type TrendValue } from '@unitscope/query';
import { imagesSentence } from './captions.js';
import type { Chart, ChartOptions } from './chart.js';

/** Mean H of each layer over the checkpoints, H against noise, and a metadata column below. */
export async function trendOf(results: SweepResults, { against }: ChartOptions): Promise<Chart> {
  const trend = await sweepTrend(results, against);
  const { steps } = trend;
  const series = (value: keyof TrendValue, low: keyof TrendValue, high: keyof TrendValue): TrendSeries[] =>
    trend.layers.map(({ layer, values }) => ({
      name: layer,
      points: steps.map((step, i) => ({
        step,
        value: values[i]?.[value] ?? null,
        low: values[i]?.[low] ?? null,
        high: values[i]?.[high] ?? null,
      })),
    }));
  const positive = steps.filter((step) => step > 0);
  const wide = Math.max(...steps) / Math.min(...positive) > 50;
  const column = trend.against;
  const chart: Trend = {
    title: `Feature entropy over the checkpoints of ${results.name}`,
    subtitle: `${imagesSentence(results)}; bands: 95 % bootstrap intervals over units.`,
    stepLabel: trend.axis === null ? 'checkpoint' : trend.axis === 'step' ? 'training step' : trend.axis,
    stepScale: wide ? 'log' : 'linear',
    panels: [
      { label: 'mean feature entropy H (nats)', series: series('entropy', 'low', 'high') },
      {
        label: 'H / H of noise',
        series: series('relative', 'relativeLow', 'relativeHigh'),
        reference: { value: 1, label: 'noise' },
      },
      ...(column === null || !metadataColumns(results).includes(column)
        ? []
        : [
            {
              label: column,
              series: [
                { name: column, points: steps.map((step, i) => ({ step, value: trend.column[i] ?? null })) },
              ],
              zero: column.includes('loss'),
            },
          ]),
    ],
  };
  return { svg: () => trendChart(chart), text: (width) => trendText(chart, width) };
}
