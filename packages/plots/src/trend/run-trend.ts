import type { Trend, TrendPanel, TrendPoint } from './trend.js';

/** Trainings of one setting, and their mean. */
export interface RunGroup {
  readonly name: string;
  /** How many trainings the mean is over. */
  readonly count: number;
  readonly runs: readonly { readonly run: string; readonly points: readonly TrendPoint[] }[];
  readonly mean: readonly TrendPoint[];
}

export interface RunFacet {
  readonly name: string;
  readonly groups: readonly RunGroup[];
}

/** Panels of one measure. */
export interface RunSection extends Pick<TrendPanel, 'reference' | 'zero'> {
  readonly facets: readonly RunFacet[];
  /** What the y axis shows; '' where the facet's name says it. */
  readonly label: string;
}

/** A panel a facet: the mean of each setting with its band, and behind it its trainings. */
export function runTrend(frame: Omit<Trend, 'panels'>, sections: readonly RunSection[]): Trend {
  return {
    ...frame,
    panels: sections.flatMap(({ facets, label, ...look }) =>
      facets.map((facet) => ({ ...look, ...panelOf(facet, label) })),
    ),
  };
}

function panelOf({ name, groups }: RunFacet, label: string): TrendPanel {
  return {
    label: label === '' ? name : `${name}: ${label}`,
    series: groups.flatMap((group): TrendPanel['series'] => {
      const title = group.count > 1 ? `${group.name} (${group.count} trainings)` : group.name;
      const [only] = group.runs;
      const hasMean = group.mean.some(({ value }) => value !== null);
      // Trainings without a step in common have no mean.
      if (!hasMean && group.count > 1) return group.runs.map(({ run, points }) => ({ name: run, points }));
      if (group.count === 1) return only === undefined ? [] : [{ name: title, points: only.points }];
      return [
        { name: title, points: group.mean },
        ...group.runs.map(({ run, points }) => ({ name: run, partOf: title, points })),
      ];
    }),
  };
}
