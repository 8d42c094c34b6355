import type { DrawnRuns, RunFacet, RunPoint } from '../rows/run-lines.js';
import { scalarsOf, type MarkRow } from '../marks/mark-row.js';
import type { Trend, TrendPanel } from '../trend/trend.js';
import { entropyTitle, overWords, sentences, stepLabel, type Caption } from './caption.js';

/** Panels of one measure. */
interface RunSection extends Pick<TrendPanel, 'reference' | 'zero' | 'possible' | 'right'> {
  readonly facets: readonly RunFacet[];
  /** What the y axis shows; '' where the facet's name says it. */
  readonly label: string;
}

/** No H and no loss is below 0: what Student’s t says beyond is cut. */
const POSITIVE = [0, Infinity] as const;

/** A value of a training at a step, or of the mean over trainings, and the panel in which it is drawn. */
export interface RunLinePoint {
  readonly panel: string;
  readonly setting: string;
  /** A training, or `mean`. */
  readonly line: string;
  readonly step: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** A panel a facet: the mean of each setting with its band, and behind it its trainings. */
export function runsModel(runs: DrawnRuns, caption: Caption): Trend {
  return {
    title: entropyTitle(`Feature entropy over the checkpoints of ${caption.sweep}`, caption),
    subtitle: sentences(
      `Mean over ${overWords(caption, runs.category)}; ${runs.trainings} trainings, each a thin line; means with 95 % bands (Student’s t) over the trainings of a setting.`,
      ...runs.words,
      ...(caption.also ?? []),
    ),
    stepLabel: stepLabel(runs.axis),
    stepScale: runs.isLogarithmic ? 'log' : 'linear',
    panels: sectionsOf(runs).flatMap(({ facets, label, ...look }) =>
      facets.map((facet) => ({ ...look, ...panelOf(facet, label), scale: `${label} ${facet.layer}` })),
    ),
  };
}

/** The points of the same panels, one row each. */
export function runPoints(runs: DrawnRuns): RunLinePoint[] {
  return sectionsOf(runs).flatMap(({ facets, label }) =>
    facets.flatMap(({ name, groups }) =>
      groups.flatMap((group) => {
        const place = { panel: panelLabel(name, label), setting: group.name };
        return [
          ...group.mean.map((point): RunLinePoint => ({ ...place, line: 'mean', ...point })),
          ...group.runs.flatMap(({ run, points }) =>
            points.map((point): RunLinePoint => ({ ...place, line: run, ...point })),
          ),
        ];
      }),
    ),
  );
}

/** The same between two steps, both among it; the words say so. */
export function runsWithin(runs: DrawnRuns, from: number, to: number): DrawnRuns {
  const within = ({ step }: RunPoint): boolean => step >= from && step <= to;
  const part = (facets: readonly RunFacet[]): RunFacet[] =>
    facets.map((facet) => ({
      ...facet,
      groups: facet.groups.map((group) => ({
        ...group,
        runs: group.runs.map((line) => ({ ...line, points: line.points.filter(within) })),
        mean: group.mean.filter(within),
      })),
    }));
  return {
    ...runs,
    facets: part(runs.facets),
    relative: part(runs.relative),
    column: part(runs.column),
    words: [
      ...runs.words,
      `Shown alone: ${runs.axis ?? 'place'} ${from}${to < Infinity ? ` to ${to}` : ' and later'}.`,
    ],
  };
}

function sectionsOf({ facets, relative, column, against }: DrawnRuns): RunSection[] {
  return [
    { facets, label: 'mean H (nats)', possible: POSITIVE },
    {
      facets: relative,
      label: 'H / H of noise',
      reference: { value: 1, label: 'noise' },
      possible: POSITIVE,
      right: true,
    },
    {
      facets: column,
      label: '',
      zero: against?.includes('loss') ?? false,
      ...(against?.includes('loss') === true && { possible: POSITIVE }),
    },
  ];
}

function panelLabel(facet: string, label: string): string {
  return label === '' ? facet : `${facet}: ${label}`;
}

function panelOf({ name, layer, groups }: RunFacet, label: string): TrendPanel {
  const panel = panelLabel(name, label);
  return {
    label: panel,
    series: groups.flatMap((group): TrendPanel['series'] => {
      const title = group.count > 1 ? `${group.name} (${group.count} trainings)` : group.name;
      const setting = group.name;
      const mean = { name: title, of: { setting }, points: group.mean };
      const runs = group.runs.map(({ run, points }) => ({
        name: run,
        of: { setting, training: run },
        points,
      }));
      const [only] = runs;
      const hasMean = group.mean.some(({ value }) => value !== null);
      // Trainings without a step in common have no mean.
      const drawn: TrendPanel['series'] =
        !hasMean && group.count > 1
          ? runs
          : group.count > 1
            ? [mean, ...runs.map((run) => ({ ...run, partOf: title }))]
            : only === undefined
              ? []
              : [{ ...only, name: title }];
      return drawn.map((series) => withRows(series, { panel, layer }));
    }),
  };
}

/** Each point with all that is known of it. */
function withRows(series: TrendPanel['series'][number], place: MarkRow): TrendPanel['series'][number] {
  const row = { ...place, training: 'mean', ...series.of };
  return {
    ...series,
    points: series.points.map((point) => ({ ...point, row: { ...row, ...scalarsOf(point) } })),
  };
}
