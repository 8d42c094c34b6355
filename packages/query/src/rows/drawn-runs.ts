import { isLogarithmic } from '@unitscope/entropy';
import type { DrawnRuns } from '@unitscope/plots';
import { runLines, type RunMeasure } from '../trainings/run-lines.js';
import type { SweepTrends } from '../trainings/sweep-trend.js';

export interface DrawnRunsOptions {
  /** One layer; left out: all, or the deepest one where there is a panel a value of `facet`. */
  readonly layer?: string | undefined;
  readonly category?: string | undefined;
  /** Metadata that do not change along a training: a colour a value of this, a panel a value of that. */
  readonly by?: string | undefined;
  readonly facet?: string | undefined;
}

/** Several trainings side by side: H of the layers, H against noise, the metadata column. Throws UnknownNameError. */
export function drawnRuns(
  { trainings, runColumns, axis, against, layers: found }: SweepTrends,
  { layer, category, by, facet }: DrawnRunsOptions = {},
): DrawnRuns {
  const names = [...new Set(found.map((one) => one.layer))];
  const layers = layer !== undefined ? [layer] : facet === undefined ? names : names.slice(-1);
  const drawn = (measure: RunMeasure) => runLines(trainings, runColumns, { layers, by, facet, measure });
  const { facets, words } = drawn('entropy');
  return {
    axis,
    isLogarithmic: isLogarithmic(trainings.flatMap(({ steps }) => steps)),
    against,
    category: category ?? null,
    trainings: trainings.length,
    facets,
    relative: drawn('relative').facets,
    column: against === null ? [] : drawn('column').facets,
    words,
  };
}
