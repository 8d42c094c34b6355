export { ablationChart, ablationText } from './ablation-chart.js';
export type { AblationColumn, AblationLine, AblationPlot, AblationPoint } from './ablation-plot.js';
export { bettiChart, type BettiCurve } from './betti-chart.js';
export { ChartDataError } from './chart-error.js';
export { columnChart, type ColumnChart, type ColumnPoint } from './column-chart.js';
export { depthChart, depthText, type Depth, type DepthPoint } from './depth-chart.js';
export { differenceChart, type DifferenceRow, type Differences } from './difference-chart.js';
export { distributionChart, distributionText, type Distribution } from './distribution-chart.js';
export { escapeHtml, htmlPage, htmlTable } from './html-page.js';
export { heatmapChart, heatmapText, type Heatmap } from './heatmap-chart.js';
export type { Look } from './look.js';
export { DARK, LIGHT, rampColor, type Theme } from './palette.js';
export { runTrend } from './run-trend.js';
export { scatterChart, scatterText, type Scatter } from './scatter-chart.js';
export {
  MOST_TREND_LINES,
  TrendDataError,
  type Trend,
  type TrendPanel,
  type TrendPoint,
  type TrendSeries,
} from './trend.js';
export { trendChart } from './trend-chart.js';
export { trendText } from './trend-text.js';
export { unitChart, unitText, type UnitBirths } from './unit-chart.js';
export { knownColumns } from './known-columns.js';
export { meanText, rangeText } from './run-texts.js';
