import { evenly } from '@unitscope/entropy';
import type { RunFacet, RunGroup, RunLine, RunPoint } from '@unitscope/plots';
import { UnknownNameError } from '../errors.js';
import { suggestion } from '../results/result-tables.js';
import type { SweepTrend } from './layer-trend.js';
import { meanOver } from './over-runs.js';
import { bySetting, loneWords, settingColumns, settingName, settingNames } from './setting-columns.js';

/** What is drawn: H of a layer, H / H of noise of a layer, or the metadata column, which has no layer. */
export type RunMeasure = 'entropy' | 'relative' | 'column';

export interface RunLinesOptions {
  readonly layers: readonly string[];
  /** Metadata that do not change along a training; left out: what tells settings apart, but for seeds. */
  readonly by?: string | undefined;
  readonly facet?: string | undefined;
  readonly measure?: RunMeasure;
}

/** What is drawn of the trainings, and what of how many it is. */
export interface RunLines {
  readonly facets: readonly RunFacet[];
  /** One sentence a thing that is not all drawn. */
  readonly words: readonly string[];
}

/** More panels, colours or lines than that tell a reader nothing. */
const MOST_PANELS = 8;
const MOST_GROUPS = 12;
const MOST_LINES = 60;

/**
 * Each training as a line, and the mean over those of one setting with its 95 % interval over them. Of many layers, settings
 * and trainings evenly spaced ones are drawn; a mean is over all trainings of its setting. Throws UnknownNameError.
 */
export function runLines(
  trends: readonly SweepTrend[],
  runColumns: readonly string[],
  { layers, by, facet, measure = 'entropy' }: RunLinesOptions,
): RunLines {
  const columns = settingColumns(trends);
  const column = (name: string): string => {
    const found = columns.find((candidate) => candidate === name || `meta_${candidate}` === name);
    if (found !== undefined) return found;
    throw new UnknownNameError(
      `${JSON.stringify(name)}: expected metadata that differ between trainings and not along one${suggestion(name, columns)}`,
    );
  };
  const colours = by === undefined ? settingNames(trends, runColumns) : [column(by)];
  const facets = facet === undefined ? [] : [column(facet)];
  const named = measure === 'column' ? [trends[0]?.against ?? ''] : layers;
  const panels = named.flatMap((layer) =>
    bySetting(trends, facets).map(([name, own]) => ({ layer, name, own })),
  );
  const shownPanels = evenly(panels, MOST_PANELS);
  const settings = bySetting(trends, colours).map(([name]) => name);
  const shown = new Set(evenly(settings, MOST_GROUPS));
  const drawnTrends = trends.filter((trend) => shown.has(settingName(trend, colours)));
  const drawn = new Set(evenly(drawnTrends, MOST_LINES).map(({ run }) => run ?? ''));
  const part = (few: number, all: number, what: string): string[] =>
    few === all ? [] : [`${few} of ${all} ${what}.`];
  const drawnFacets = shownPanels.map(({ layer, name, own }): RunFacet => {
    return {
      name: facet === undefined ? layer : `${layer}, ${name}`,
      layer,
      groups: bySetting(own, colours)
        .filter(([group]) => shown.has(group))
        .map(([group, members]) => groupOf(group, members, drawn, valuesOf(layer, measure))),
    };
  });
  const groups = drawnFacets.flatMap((found) => found.groups);
  return {
    facets: drawnFacets,
    words: [
      ...part(
        shownPanels.length,
        panels.length,
        facet === undefined ? 'layers are drawn' : 'panels are drawn',
      ),
      ...part(shown.size, settings.length, 'settings are drawn'),
      ...part(drawn.size, trends.length, 'trainings have a line; means are over all of a setting'),
      loneWords(trends, colours),
      groups.some(({ mean }) => mean.some(({ value }) => value === null))
        ? 'A mean stands only where all trainings of its setting have a value.'
        : '',
    ].filter((words) => words !== ''),
  };
}

type ValuesOf = (trend: SweepTrend) => readonly (number | null)[];

function valuesOf(layer: string, measure: RunMeasure): ValuesOf {
  if (measure === 'column') return ({ column }) => column;
  return ({ layers }) =>
    (layers.find((candidate) => candidate.layer === layer)?.values ?? []).map(
      (value) => value?.[measure] ?? null,
    );
}

function groupOf(
  name: string,
  members: readonly SweepTrend[],
  drawn: ReadonlySet<string>,
  values: ValuesOf,
): RunGroup {
  const runs = members.map((trend): RunLine => {
    const own = values(trend);
    return {
      run: trend.run ?? 'the training',
      points: trend.steps.map((step, i) => ({ step, value: own[i] ?? null, low: null, high: null })),
    };
  });
  const at = runs.map(({ points }) => new Map(points.map((point) => [point.step, point.value])));
  const shared = [...(at[0]?.keys() ?? [])].filter((step) => at.every((line) => line.has(step)));
  const mean = shared.map((step): RunPoint => {
    const found = meanOver(at.map((line) => line.get(step) ?? null));
    const isWhole = found.runs === runs.length;
    return {
      step,
      value: isWhole ? found.mean : null,
      low: isWhole ? (found.interval?.low ?? null) : null,
      high: isWhole ? (found.interval?.high ?? null) : null,
    };
  });
  return { name, count: runs.length, runs: runs.filter((_, i) => drawn.has(members[i]?.run ?? '')), mean };
}
