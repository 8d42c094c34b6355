import type { SweepResults } from '@unitscope/query';

/** A chart, drawn when it is asked for. */
export interface Chart {
  svg(): Promise<string>;
  text(width: number): string;
}

export interface ChartOptions {
  readonly checkpoint?: string | undefined;
  readonly layer?: string | undefined;
  readonly category?: string | undefined;
  readonly unit?: number | undefined;
  readonly against?: string | undefined;
  readonly relative?: boolean | undefined;
  /** One training, as `lr=0.01,seed=1`. */
  readonly run?: string | undefined;
  /** trend, of several trainings: a colour a value of this metadata column, and a panel a value of that. */
  readonly by?: string | undefined;
  readonly facet?: string | undefined;
  /** heatmap: which hundred units. */
  readonly page?: number | undefined;
}

export const CHART_KINDS = ['trend', 'depth', 'distribution', 'scatter', 'heatmap', 'unit'] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

/** Reads what a chart shows. Throws UnknownNameError for a checkpoint, layer, category or unit that is not there. */
export async function openChart(
  kind: ChartKind,
  results: SweepResults,
  options: ChartOptions,
): Promise<Chart> {
  switch (kind) {
    case 'trend':
      return (await import('./trend-of.js')).trendOf(results, options);
    case 'depth':
      return (await import('./depth-of.js')).depthOf(results, options);
    case 'distribution':
      return (await import('./distribution-of.js')).distributionOf(results, options);
    case 'scatter':
      return (await import('./scatter-of.js')).scatterOf(results, options);
    case 'heatmap':
      return (await import('./heatmap-of.js')).heatmapOf(results, options);
    case 'unit':
      return (await import('./unit-of.js')).unitOf(results, options);
  }
}
