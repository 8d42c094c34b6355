export { ablationChart, ablationText } from './charts/ablation-chart.js';
export type { AblationColumn, AblationLine, AblationPlot } from './charts/ablation-plot.js';
export { ChartDataError } from './chart-error.js';
export { columnChart, type ColumnChart } from './charts/column-chart.js';
export { depthChart, depthText, type Depth, type DepthPoint } from './charts/depth-chart.js';
export { differenceChart, type Differences } from './charts/difference-chart.js';
export { distributionChart, distributionText, type Distribution } from './charts/distribution-chart.js';
export { escapeHtml, htmlPage, htmlTable, type PageTheme } from './document/html-page.js';
export { heatmapChart, type Heatmap, valueRange } from './charts/heatmap-chart.js';
export { heatmapText } from './charts/heatmap-text.js';
export type { Look } from './marks/look.js';
export { prepareDrawing } from './marks/plot-panel.js';
export type { MarkRow } from './marks/mark-row.js';
export { POINTS, type Length } from './marks/length.js';
export { LEAST_TEXT, pointsOf, PrintSizeError, printLook } from './marks/print-size.js';
export { fitHeight } from './document/fit-height.js';
export { DARK, LIGHT, mapColor, PRINT, rampColor, type Theme } from './marks/palette.js';
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
export { unitChart, type UnitBirths } from './charts/unit-chart.js';
export { unitText } from './charts/unit-text.js';
export type { TextLook } from './terminal/text-look.js';
export { knownColumns } from './trend/known-columns.js';
export { tickNames } from './marks/tick-names.js';
export { meanText, rangeText, settledText, stepsText } from './trend/run-texts.js';
export { edgesAt, HOLE_SENTENCE, isFilled, type Hole } from './hole/hole.js';
export { CURVE_LEFT, CURVE_RIGHT, curveMarks } from './hole/hole-curve.js';
export { GRAPH_VIEW, graphMarks, ZOOM_MARGIN, zoomMarks } from './hole/hole-drawings.js';
export {
  cellMark,
  mapMarks,
  mapTicks,
  ringWindow,
  windowValues,
  windowWords,
  type MapWindow,
} from './hole/hole-map.js';
export { holeLayout, type Place } from './hole/hole-layout.js';
export { curveEnd, holeFrames, holeStill, type HoleStill } from './hole/hole-still.js';
export { cellWords, chordWords, holeWords } from './hole/hole-words.js';
export { QUESTIONS, seenWords, settledAnswer, SETTLED_MEANS, TOO_FEW } from './models/answers.js';
export type { Caption } from './models/caption.js';
export { chance, figure, shortFigure } from './models/figures.js';
export type { MovedUnit } from './rows/change-rows.js';
export {
  betweenRunsWords,
  heldOutName,
  noTestWords,
  outcomeDigits,
  outcomeNames,
  UNITS_DIED,
} from './models/outcomes.js';
export { verdictOf } from './models/verdict.js';
export { columnModel, type ColumnChoice } from './models/column-model.js';
export { depthLines, depthModel, depthValue } from './models/depth-model.js';
export { differenceModel } from './models/difference-model.js';
export { distributionModel } from './models/distribution-model.js';
export { heatmapModel } from './models/heatmap-model.js';
export { runPoints, runsModel, runsWithin, type RunLinePoint } from './models/runs-model.js';
export { drawnLayers, trendModel } from './models/trend-model.js';
export { binsModel, birthsModel, scatterModel } from './models/unit-models.js';
export { imagesModel, pathModel, pathPoints, pathWords, type PathPoint } from './models/unit-path-model.js';
export {
  exampleColumns,
  mapColumns,
  type ExampleRow,
  type ExampleRows,
  type MapNotes,
  type MapRow,
  type OneMapNotes,
  type OneMapRows,
} from './rows/map-rows.js';
export {
  agreementColumns,
  atlasColumns,
  binColumns,
  networkColumns,
  type NetworkNotes,
  type NetworkRow,
  rankedColumns,
  type AgreementRow,
  type AgreementRows,
  type AtlasNotes,
  type AtlasRow,
  type AtlasRows,
  type BinNotes,
  type BinRow,
  type BinRows,
  type RankedNotes,
  type RankedRow,
  type RankedRows,
} from './rows/layer-rows.js';
export {
  changedColumns,
  deadColumns,
  layerDifferenceColumns,
  outcomeColumns,
  unitDifferenceColumns,
  type ChangedRow,
  type ComparisonNotes,
  type DeadNotes,
  type DeadRow,
  type DeadRows,
  type LayerDifferenceRow,
  type LayerDifferenceRows,
  type OutcomeNotes,
  type OutcomeRow,
  type OutcomeRows,
  type UnitDifferenceRow,
  type UnitDifferenceRows,
} from './rows/change-rows.js';
export type { RowColumns, RowOf, Rows } from './rows/row-columns.js';
export type { DrawnRuns, RunFacet, RunGroup, RunLine, RunPoint } from './rows/run-lines.js';
export {
  layerColumns,
  settingColumns,
  trendColumns,
  type LayerRow,
  type LayerRows,
  type SettingNotes,
  type SettingRow,
  type TrendNotes,
  type TrendRow,
  type TrendRows,
} from './rows/trend-rows.js';
export {
  chosenUnitColumns,
  type ChosenUnitRow,
  birthColumns,
  heatColumns,
  imageBirthColumns,
  spreadColumns,
  unitPathColumns,
  type BirthRow,
  type BirthRows,
  type HeatNotes,
  type HeatRow,
  type HeatRows,
  type ImageBirthRow,
  type ImageBirthRows,
  type ScatterRow,
  type ScatterRows,
  type SpreadRow,
  type SpreadRows,
  type UnitPathRow,
  type UnitPathRows,
} from './rows/unit-rows.js';
export { acrossModel } from './models/across-model.js';
export { acrossColumns, type AcrossRow, type AcrossRows } from './rows/across-rows.js';
export { ablationModel, type AblationCurveRow, type AblationCurves } from './models/ablation-model.js';
export { embeddingChart, embeddingWords, type Embedding } from './charts/embedding-chart.js';
export { embeddingText } from './charts/embedding-text.js';
export { embeddingModel } from './models/embedding-model.js';
export { embeddedColumns, type EmbeddedRow, type EmbeddedRows } from './rows/embedded-rows.js';
