export { ChartDataError } from './chart-error.js';
export { depthChart, depthText, type Depth, type DepthPoint } from './depth-chart.js';
export { distributionChart, distributionText, type Distribution } from './distribution-chart.js';
export { heatmapChart, heatmapText, type Heatmap } from './heatmap-chart.js';
export { scatterChart, scatterText, type Scatter } from './scatter-chart.js';
export { TrendDataError, type Trend, type TrendPanel, type TrendPoint, type TrendSeries } from './trend.js';
export { trendChart } from './trend-chart.js';
export { trendText } from './trend-text.js';
export { unitChart, unitText, type UnitBirths } from './unit-chart.js';
