import {
  MOST_TREND_LINES,
  runTrend,
  trendChart,
  trendText,
  type Trend,
  type TrendSeries,
} from '@unitscope/plots';
import { evenly, isWide } from '@unitscope/entropy';
import {
  changesWords,
  metadataColumns,
  runChanges,
  runLines,
  sweepTrends,
  UnknownNameError,
  unplacedWords,
  type RunMeasure,
  type SweepResults,
  type SweepTrend,
  type SweepTrends,
  type TrendValue,
} from '@unitscope/query';
import { InputError } from '@unitscope/base';
import { entropyTitle, imagesSentence, ONE_TRAINING, trainingSentence } from './captions.js';
import type { Chart, ChartOptions } from './chart-options.js';

/** Mean H of each layer over the checkpoints of a training, H against noise, and a metadata column; or several trainings. */
export async function trendOf(results: SweepResults, options: ChartOptions): Promise<Chart> {
  const chart = await trendModel(results, options);
  return { svg: () => trendChart(chart), text: (width) => trendText(chart, width) };
}

/** What that chart shows. */
export async function trendModel(results: SweepResults, options: ChartOptions): Promise<Trend> {
  const { against, run } = options;
  const found = await sweepTrends(results, { against, run });
  const { trainings, problem } = found;
  const [first] = trainings;
  if (options.layer !== undefined && !found.layers.some(({ layer }) => layer === options.layer))
    throw new UnknownNameError(
      `no layer ${JSON.stringify(options.layer)}; there are ${found.layers.map(({ layer }) => layer).join(', ')}`,
    );
  if (first === undefined)
    throw new TrendlessError(`sweep ${results.name}: ${problem ?? 'no checkpoint has a step'}`);
  if (trainings.length === 1 && first.checkpoints.length === 1)
    throw new TrendlessError(
      `sweep ${results.name}: one checkpoint has results, and nothing changes over one; \`unitscope plot ${results.name} depth\` ` +
        'and `distribution` show it',
    );
  const changes = (await runChanges(results)).filter(
    (one) => one.checkpoints > 1 && trainings.some((trend) => trend.run === one.run),
  );
  const changed = changes.length === 0 ? '' : changesWords(changes);
  return trainings.length > 1
    ? runsOf(results, found, options, changed)
    : trainingOf(results, first, found, options, changed);
}

/** One training: a line a layer, and a metadata column. */
function trainingOf(
  results: SweepResults,
  trend: SweepTrend,
  { axis, against: column }: SweepTrends,
  { layer: wanted }: ChartOptions,
  changed: string,
): Trend {
  const { steps } = trend;
  const layers = evenly(
    trend.layers.filter(({ layer }) => wanted === undefined || layer === wanted),
    MOST_TREND_LINES,
  );
  const drawn =
    wanted !== undefined || layers.length === trend.layers.length
      ? ''
      : ` ${layers.length} of ${trend.layers.length} layers are drawn.`;
  const series = (value: keyof TrendValue, low: keyof TrendValue, high: keyof TrendValue): TrendSeries[] =>
    layers.map(({ layer }) => ({
      name: layer,
      points: layerPoints(trend, layer, value, low, high),
    }));
  const columnPanel = (name: string): Trend['panels'][number] => ({
    label: name,
    series: [{ name, points: steps.map((step, i) => ({ step, value: trend.column[i] ?? null })) }],
    zero: name.includes('loss'),
  });
  return {
    title: entropyTitle(results, `Feature entropy over the checkpoints of ${results.name}`),
    subtitle:
      `${imagesSentence(results)}; bands: 95 % bootstrap intervals over units.${trainingSentence(results, trend.run)} ${ONE_TRAINING}${drawn} ${changed}`.trimEnd(),
    stepLabel: stepLabel(axis),
    stepScale: isWide(steps) ? 'log' : 'linear',
    panels: [
      { label: 'mean feature entropy H (nats)', series: series('entropy', 'low', 'high') },
      {
        label: 'H / H of noise',
        series: series('relative', 'relativeLow', 'relativeHigh'),
        reference: { value: 1, label: 'noise' },
      },
      ...(column === null || !metadataColumns(results).includes(column) ? [] : [columnPanel(column)]),
    ],
  };
}

/** Several trainings: a panel a layer, the mean of each setting with its band, and the trainings behind it. */
function runsOf(
  results: SweepResults,
  found: SweepTrends,
  { by, facet, layer }: ChartOptions,
  changed: string,
): Trend {
  const { trainings, axis, against, runColumns } = found;
  const names = [...new Set(trainings.flatMap(({ layers }) => layers.map((one) => one.layer)))];
  const layers = layer !== undefined ? [layer] : facet === undefined ? names : names.slice(-1);
  const drawn = (measure: RunMeasure) => runLines(trainings, runColumns, { layers, by, facet, measure });
  const { facets, words } = drawn('entropy');
  const apart = unplacedWords(found);
  const steps = trainings.flatMap((training) => training.steps);
  return runTrend(
    {
      title: entropyTitle(results, `Feature entropy over the checkpoints of ${results.name}`),
      subtitle: [
        `${imagesSentence(results)}; ${trainings.length} trainings, each a thin line; means with 95 % bands (Student’s t) over the trainings of a setting.`,
        ...words,
        apart,
        changed,
      ]
        .filter((sentence) => sentence !== '')
        .join(' ')
        .trimEnd(),
      stepLabel: stepLabel(axis),
      stepScale: isWide(steps) ? 'log' : 'linear',
    },
    [
      { facets, label: 'mean H (nats)' },
      {
        facets: drawn('relative').facets,
        label: 'H / H of noise',
        reference: { value: 1, label: 'noise' },
      },
      ...(against === null
        ? []
        : [{ facets: drawn('column').facets, label: '', zero: against.includes('loss') }]),
    ],
  );
}

function stepLabel(axis: string | null): string {
  return axis === null ? 'checkpoint' : axis === 'step' ? 'training step' : axis;
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
