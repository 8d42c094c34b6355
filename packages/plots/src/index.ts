export { TrendDataError, type Trend, type TrendPanel, type TrendPoint, type TrendSeries } from './trend.js';
export { trendChart } from './trend-chart.js';
export { trendText } from './trend-text.js';
