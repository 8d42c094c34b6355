export { ablationChart, ablationText } from './charts/ablation-chart.js';
export type { AblationColumn, AblationLine, AblationPlot } from './charts/ablation-plot.js';
export { ChartDataError } from './chart-error.js';
export { columnChart, type ColumnChart } from './charts/column-chart.js';
export { depthChart, depthText, type Depth, type DepthPoint } from './charts/depth-chart.js';
export { differenceChart, type Differences } from './charts/difference-chart.js';
export { distributionChart, distributionText, type Distribution } from './charts/distribution-chart.js';
export { escapeHtml, htmlPage, htmlTable } from './document/html-page.js';
export { heatmapChart, heatmapText, type Heatmap, valueRange } from './charts/heatmap-chart.js';
export type { Look } from './marks/look.js';
export { DARK, LIGHT, rampColor, type Theme } from './marks/palette.js';
export { runTrend } from './trend/run-trend.js';
export { scatterBins, scatterTop, type ScatterBin } from './charts/scatter-bins.js';
export { scatterChart, scatterText, type Scatter } from './charts/scatter-chart.js';
export {
  MOST_TREND_LINES,
  type Trend,
  type TrendPanel,
  type TrendPoint,
  type TrendSeries,
} from './trend/trend.js';
export { trendChart } from './charts/trend-chart.js';
export { trendText } from './trend/trend-text.js';
export { unitChart, unitText, type UnitBirths } from './charts/unit-chart.js';
export { knownColumns } from './trend/known-columns.js';
export { tickNames } from './marks/tick-names.js';
export { meanText, rangeText } from './trend/run-texts.js';
export { edgesAt, HOLE_SENTENCE, type Hole } from './hole/hole.js';
export {
  CURVE_LEFT,
  CURVE_RIGHT,
  curveMarks,
  GRAPH_VIEW,
  graphMarks,
  mapMarks,
  ringWindow,
  windowValues,
  zoomMarks,
} from './hole/hole-drawings.js';
export { holeLayout, type Place } from './hole/hole-layout.js';
export { curveEnd, holeFrames, holeStill, holeWords, type HoleStill } from './hole/hole-still.js';
