import type { Markish } from '@observablehq/plot';
import { seriesStyles, type SeriesStyle } from './palette.js';
import { Drawing, type Plot } from './plot-panel.js';
import { formatStep, stepAxis, type StepAxis } from './step-axis.js';
import { svgPage, type SvgPart } from './svg-page.js';
import { drawnPanels, seriesNames, stepsOf, type Trend, type TrendPanel } from './trend.js';

const WIDTH = 720;
const MARGIN_LEFT = 56;
const MARGIN_RIGHT = 24;
const FIRST_PANEL = 280;
const OTHER_PANEL = 190;
const LAST_AXIS = 28;
const TICK_PIXELS = 34;

/**
 * Draws a trend as an SVG document, 720 units wide, that stands in a page or a paper as it is: colours that
 * colour-blind readers tell apart, symbols beside them, intervals as bands, units on the axes. The same trend
 * gives the same bytes. Throws TrendDataError where there is nothing to draw.
 */
export async function trendChart(trend: Trend): Promise<string> {
  const axis = stepAxis(stepsOf(trend), trend.stepScale ?? 'log');
  const panels = drawnPanels(trend);
  const styles = seriesStyles(trend);
  const { shared } = seriesNames(trend);
  const drawing = await Drawing.begin();
  const parts = panels.map((panel, i) => {
    const last = i === panels.length - 1;
    return drawPanel(drawing, panel, { trend, axis, styles, last, first: i === 0 });
  });
  return svgPage({
    title: trend.title,
    subtitle: trend.subtitle ?? '',
    width: WIDTH,
    legend: styles
      .filter(({ name }) => shared.includes(name))
      .map((style) => ({ ...style, marker: drawing.marker(style) })),
    parts,
  });
}

interface PanelContext {
  readonly trend: Trend;
  readonly axis: StepAxis;
  readonly styles: readonly SeriesStyle[];
  readonly first: boolean;
  readonly last: boolean;
}

function drawPanel(
  drawing: Drawing,
  panel: TrendPanel,
  { trend, axis, styles, first, last }: PanelContext,
): SvgPart {
  const { Plot } = drawing;
  const height = (first ? FIRST_PANEL : OTHER_PANEL) + (last ? LAST_AXIS : 0);
  const ticks = axis.ticks(TICK_PIXELS / (WIDTH - MARGIN_LEFT - MARGIN_RIGHT));
  const marks: Markish[] = [
    Plot.gridX(ticks, { stroke: '#dddddd', strokeOpacity: 1 }),
    Plot.gridY({ ticks: 5, stroke: '#dddddd', strokeOpacity: 1 }),
    Plot.axisY({ label: null, tickSize: 0, fontSize: 11, ticks: 5 }),
    Plot.axisX(ticks, {
      label: last ? `${trend.stepLabel ?? 'training step'} →` : null,
      labelAnchor: 'right',
      fontSize: 11,
      tickSize: last ? 6 : 0,
      tickFormat: last ? formatStep : () => '',
    }),
    Plot.text([panel.label], { frameAnchor: 'top-left', dy: -20, dx: -MARGIN_LEFT + 16, fontSize: 12 }),
    ...(panel.reference === undefined ? [] : drawReference(Plot, panel.reference)),
    ...drawBands(Plot, panel, styles),
    ...drawLines(Plot, panel, styles),
  ];
  return drawing.panel({
    width: WIDTH,
    height,
    marginLeft: MARGIN_LEFT,
    marginRight: MARGIN_RIGHT,
    marginTop: 34,
    marginBottom: last ? 12 + LAST_AXIS : 12,
    x: {
      domain: axis.domain,
      ...(axis.constant === null ? { type: 'linear' } : { type: 'symlog', constant: axis.constant }),
    },
    y: { nice: true, zero: panel.zero ?? false },
    marks,
  });
}

function drawReference(Plot: Plot, { value, label }: { value: number; label: string }): Markish[] {
  return [
    Plot.ruleY([value], { stroke: '#555555', strokeDasharray: '5 4' }),
    Plot.text([value], {
      y: (level: number) => level,
      text: () => label,
      frameAnchor: 'right',
      textAnchor: 'end',
      dy: -8,
      dx: -4,
      fontSize: 11,
      fill: '#555555',
    }),
  ];
}

function drawBands(Plot: Plot, panel: TrendPanel, styles: readonly SeriesStyle[]): Markish[] {
  return panel.series.map(({ name, points }) =>
    Plot.areaY(
      points.filter(({ low, high }) => typeof low === 'number' && typeof high === 'number'),
      { x: 'step', y1: 'low', y2: 'high', fill: styleOf(name, styles).color, fillOpacity: 0.16 },
    ),
  );
}

function drawLines(Plot: Plot, panel: TrendPanel, styles: readonly SeriesStyle[]): Markish[] {
  return panel.series.flatMap(({ name, points }) => {
    const { color, symbol } = styleOf(name, styles);
    const ordered = [...points].sort((a, b) => a.step - b.step);
    const measured = ordered.filter(({ value }) => value !== null);
    return [
      Plot.lineY(ordered, { x: 'step', y: 'value', stroke: color, strokeWidth: 1.75 }),
      Plot.dot(measured, { x: 'step', y: 'value', fill: color, symbol, r: 3.2 }),
    ];
  });
}

function styleOf(name: string, styles: readonly SeriesStyle[]): SeriesStyle {
  return styles.find((style) => style.name === name) ?? { name, color: '#222222', symbol: 'circle' };
}
