import { trendChart, trendText, type Trend, type TrendSeries } from '@unitscope/plots';
import {
  meanOver,
  metadataColumns,
  sweepTrends,
  type SweepResults,
  type SweepTrend,
  type TrendValue,
} from '@unitscope/query';
import { InputError } from '@unitscope/topology';
import { imagesSentence, trainingSentence } from './captions.js';
import type { Chart, ChartOptions } from './chart.js';

/**
 * Mean H of each layer over the checkpoints, H against noise, and a metadata column below: of one training, or the means over
 * several, step by step.
 */
export async function trendOf(results: SweepResults, { against, run }: ChartOptions): Promise<Chart> {
  const {
    trainings,
    axis,
    against: column,
    unplaced,
    problem,
  } = await sweepTrends(results, { against, run });
  const [first] = trainings;
  if (first === undefined)
    throw new TrendlessError(`sweep ${results.name}: ${problem ?? 'no checkpoint has a step'}`);
  const steps = [...new Set(trainings.flatMap((trend) => trend.steps))].sort((a, b) => a - b);
  const series = (value: keyof TrendValue, low: keyof TrendValue, high: keyof TrendValue): TrendSeries[] =>
    first.layers.map(({ layer }) => ({
      name: layer,
      points:
        trainings.length === 1
          ? layerPoints(first, layer, value, low, high)
          : steps.map((step) => ({ step, ...meanAt(trainings, step, layerAt(layer, value)) })),
    }));
  const positive = steps.filter((step) => step > 0);
  const wide = Math.max(...steps) / Math.min(...positive) > 50;
  const chart: Trend = {
    title: `Feature entropy over the checkpoints of ${results.name}`,
    subtitle:
      trainings.length === 1
        ? `${imagesSentence(results)}; bands: 95 % bootstrap intervals over units.${trainingSentence(results, first.run)}`
        : `${imagesSentence(results)}; means over ${trainings.length} trainings, bands: 95 % by Student’s t over them.` +
          (unplaced.length === 0 ? '' : ` Not placed: ${unplaced.length}.`),
    stepLabel: axis === null ? 'checkpoint' : axis === 'step' ? 'training step' : axis,
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
                {
                  name: column,
                  points: steps.map((step) => ({ step, ...meanAt(trainings, step, columnAt) })),
                },
              ],
              zero: column.includes('loss'),
            },
          ]),
    ],
  };
  return { svg: () => trendChart(chart), text: (width) => trendText(chart, width) };
}

/** Nothing that could be drawn over steps. */
class TrendlessError extends InputError {
  readonly code = 'TREND_NONE';
}

function layerPoints(
  { layers, steps }: SweepTrend,
  name: string,
  value: keyof TrendValue,
  low: keyof TrendValue,
  high: keyof TrendValue,
): TrendSeries['points'] {
  const values = layers.find(({ layer }) => layer === name)?.values ?? [];
  return steps.map((step, i) => ({
    step,
    value: values[i]?.[value] ?? null,
    low: values[i]?.[low] ?? null,
    high: values[i]?.[high] ?? null,
  }));
}

/** A figure of one training at one of its checkpoints. */
type FigureAt = (trend: SweepTrend, at: number) => number | null;

const columnAt: FigureAt = ({ column }, at) => column[at] ?? null;

function layerAt(name: string, value: keyof TrendValue): FigureAt {
  return ({ layers }, at) => layers.find(({ layer }) => layer === name)?.values[at]?.[value] ?? null;
}

/** The mean over the trainings that have a checkpoint at this step. */
function meanAt(
  trainings: readonly SweepTrend[],
  step: number,
  figureAt: FigureAt,
): { value: number | null; low: number | null; high: number | null } {
  const { mean, interval } = meanOver(trainings.map((trend) => figureAt(trend, trend.steps.indexOf(step))));
  return { value: mean, low: interval?.low ?? null, high: interval?.high ?? null };
}
