import type { SweepResults } from '@unitscope/query';
import type { Chart, ChartOptions } from './chart-options.js';

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
