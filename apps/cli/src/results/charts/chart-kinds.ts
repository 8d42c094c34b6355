export const CHART_KINDS = [
  'trend',
  'depth',
  'distribution',
  'scatter',
  'heatmap',
  'embedding',
  'unit',
] as const;
export type ChartKind = (typeof CHART_KINDS)[number];
