import type { Markish } from '@observablehq/plot';
import { plainStyle, seriesStyles, type SeriesStyle, type Theme } from '../marks/palette.js';
import type { Look } from '../marks/look.js';
import type { MarkRow } from '../marks/mark-row.js';
import { Drawing } from '../marks/plot-panel.js';
import { formatStep, stepAxis, type StepAxis } from '../marks/step-axis.js';
import type { SvgPart } from '../document/svg-page.js';
import {
  drawnPanels,
  seriesNames,
  stepsOf,
  stepTitle,
  type Trend,
  type TrendPanel,
  type TrendPoint,
} from '../trend/trend.js';

const MARGIN_LEFT = 56;
const MARGIN_RIGHT = 24;
const FIRST_PANEL = 280;
const OTHER_PANEL = 190;
const LAST_AXIS = 28;
const TICK_PIXELS = 34;

/**
 * Draws a trend as an SVG document that stands in a page or a paper as it is: colours that
 * colour-blind readers tell apart, symbols beside them, intervals as bands, units on the axes. The same trend
 * gives the same bytes. Throws TrendDataError where there is nothing to draw.
 */
export async function trendChart(trend: Trend, look?: Look): Promise<string> {
  const axis = stepAxis(stepsOf(trend), trend.stepScale ?? 'log');
  const panels = drawnPanels(trend);
  const drawing = await Drawing.begin(look);
  const styles = seriesStyles(trend, drawing.theme);
  const { shared } = seriesNames(trend);
  const parts = panels.map((panel, i) => {
    const last = i === panels.length - 1;
    return drawPanel(drawing, panel, { trend, axis, styles, last, first: i === 0 });
  });
  return drawing.page({
    title: trend.title,
    subtitle: trend.subtitle ?? '',
    legend: styles
      .filter(({ name }) => shared.includes(name))
      .map((style) => ({ ...style, marker: drawing.marker(style), of: commonOf(style.name, trend) })),
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
  const { Plot, theme, width } = drawing;
  const height = (first ? FIRST_PANEL : OTHER_PANEL) + (last ? LAST_AXIS : 0);
  const ticks = axis.ticks(TICK_PIXELS / (width - MARGIN_LEFT - MARGIN_RIGHT));
  const marks: Markish[] = [
    Plot.gridX(ticks, { stroke: theme.grid, strokeOpacity: 1 }),
    drawing.grid(5),
    Plot.axisY({ label: null, tickSize: 0, fontSize: 11, ticks: drawing.ticks(5) }),
    Plot.axisX(ticks, {
      label: last ? `${stepTitle(trend)} →` : null,
      labelAnchor: 'right',
      fontSize: 11,
      tickSize: last ? 6 : 0,
      tickFormat: last ? formatStep : () => '',
    }),
    Plot.text([panel.label], { frameAnchor: 'top-left', dy: -20, dx: -MARGIN_LEFT + 16, fontSize: 12 }),
    ...(panel.reference === undefined ? [] : drawReference(drawing, panel.reference, panel.series)),
    ...drawParts(drawing, panel, styles),
    ...(trend.joined === false ? [] : drawBands(drawing, panel, styles)),
    ...drawLines(drawing, panel, styles, trend.joined ?? true),
  ];
  return drawing.panel({
    width,
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

/** Its label stands at the end of the line from which the series keep further away. */
function drawReference(
  { Plot, theme }: Drawing,
  { value, label }: { value: number; label: string },
  series: TrendPanel['series'],
): Markish[] {
  const distance = (end: 0 | -1): number =>
    Math.min(
      ...series.map(({ points }) => {
        const measured = points.filter((point) => point.value !== null).sort((a, b) => a.step - b.step);
        return Math.abs((measured.at(end)?.value ?? Infinity) - value);
      }),
    );
  const left = distance(0) > distance(-1);
  return [
    Plot.ruleY([value], { stroke: theme.muted, strokeDasharray: '5 4' }),
    Plot.text([value], {
      y: (level: number) => level,
      text: () => label,
      frameAnchor: left ? 'left' : 'right',
      textAnchor: left ? 'start' : 'end',
      dy: -8,
      dx: left ? 4 : -4,
      fontSize: 11,
      fill: theme.muted,
    }),
  ];
}

function wholes({ series }: TrendPanel): TrendPanel['series'] {
  return series.filter(({ partOf }) => partOf === undefined);
}

/** What means are of, thin and behind them. */
function drawParts(drawing: Drawing, panel: TrendPanel, styles: readonly SeriesStyle[]): Markish[] {
  const { Plot, theme } = drawing;
  return panel.series.flatMap(({ partOf, points, of }) => {
    if (partOf === undefined) return [];
    const stroke = styleOf(partOf, styles, theme).color;
    const ordered = points.toSorted((a, b) => a.step - b.step);
    const known = ordered.filter(({ value }) => value !== null);
    const lone = known.length === 1;
    const line = { x: 'step', y: 'value' };
    // A page points at what has no symbol in a paper.
    const dotted = lone || drawing.look.linked;
    return [
      ...(lone ? [] : [Plot.lineY(ordered, { ...line, stroke, strokeWidth: 0.6, ...drawing.part(of) })]),
      ...(dotted
        ? [Plot.dot(known, { ...line, stroke: lone ? stroke : 'none', r: 2, ...drawing.rows(known, rowOf) })]
        : []),
    ];
  });
}

function drawBands(drawing: Drawing, panel: TrendPanel, styles: readonly SeriesStyle[]): Markish[] {
  const { Plot, theme } = drawing;
  return wholes(panel).map(({ name, points, of }) =>
    Plot.areaY(
      points.filter(({ low, high }) => typeof low === 'number' && typeof high === 'number'),
      {
        x: 'step',
        y1: 'low',
        y2: 'high',
        fill: styleOf(name, styles, theme).color,
        fillOpacity: 0.16,
        ...drawing.part(of),
      },
    ),
  );
}

function drawLines(
  drawing: Drawing,
  panel: TrendPanel,
  styles: readonly SeriesStyle[],
  isJoined: boolean,
): Markish[] {
  const { Plot, theme } = drawing;
  return wholes(panel).flatMap(({ name, points, of }) => {
    const { color, symbol, dash } = styleOf(name, styles, theme);
    const ordered = [...points].sort((a, b) => a.step - b.step);
    const measured = ordered.filter(({ value }) => value !== null);
    const place = { x: 'step', y: 'value' };
    return [
      ...(isJoined
        ? [
            Plot.lineY(ordered, {
              ...place,
              stroke: color,
              strokeWidth: 1.75,
              strokeDasharray: dash,
              ...drawing.part(of),
            }),
          ]
        : []),
      Plot.dot(measured, { ...place, fill: color, symbol, r: 3.2, ...drawing.rows(measured, rowOf) }),
    ];
  });
}

function rowOf({ row }: TrendPoint): MarkRow | undefined {
  return row;
}

/** What the series of a name are of. */
function commonOf(name: string, { panels }: Trend): MarkRow | undefined {
  return panels.flatMap(({ series }) => series).find((series) => series.name === name)?.of;
}

function styleOf(name: string, styles: readonly SeriesStyle[], theme: Theme): SeriesStyle {
  return styles.find((style) => style.name === name) ?? plainStyle(name, theme.ink);
}
