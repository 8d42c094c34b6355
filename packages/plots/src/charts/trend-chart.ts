import type { Markish } from '@observablehq/plot';
import { seriesStyles, type SeriesStyle } from '../marks/palette.js';
import type { Look } from '../marks/look.js';
import type { MarkRow } from '../marks/mark-row.js';
import { levelDomain, levelsOf } from '../marks/level-domain.js';
import { Drawing } from '../marks/plot-panel.js';
import { sentences } from '../models/caption.js';
import { widest } from '../marks/text-width.js';
import { formatStep, stepAxis, type StepAxis } from '../marks/step-axis.js';
import { partsBeside, type SvgPart } from '../document/svg-page.js';
import { cutIntervals, cutWords } from '../trend/possible.js';
import { drawnPanels, seriesNames, stepsOf, stepTitle, type Trend, type TrendPanel } from '../trend/trend.js';
import { besideOf, intervalMarks, lineMarks, partMarks, type Beside } from './trend-marks.js';

const MARGIN_LEFT = 56;
const MARGIN_RIGHT = 24;
const FIRST_PANEL = 280;
const OTHER_PANEL = 190;
const LAST_AXIS = 28;
const TICK_PIXELS = 34;
/** So few panels stand one above the other. */
const FEW_PANELS = 4;
/** A narrower column leaves a panel no room. */
const LEAST_COLUMN = 440;

/**
 * Draws a trend as an SVG document that stands in a page or a paper as it is: colours that
 * colour-blind readers tell apart, symbols beside them, intervals as bands, units on the axes. The same trend
 * gives the same bytes. Throws TrendDataError where there is nothing to draw.
 */
export async function trendChart(given: Trend, look?: Look): Promise<string> {
  const trend = cutIntervals(given);
  const axis = stepAxis(stepsOf(trend), trend.stepScale ?? 'log');
  const panels = drawnPanels(trend);
  const drawing = await Drawing.begin(look);
  const styles = seriesStyles(trend, drawing.theme);
  const { shared } = seriesNames(trend);
  const columns = columnsOf(panels, drawing.width);
  const width = drawing.width / columns.length;
  const beside = trend.beside === true ? besideOf(panels, axis, width - MARGIN_LEFT - MARGIN_RIGHT) : null;
  const drawn = columns.map((column) =>
    column.map((panel, i) => {
      const first = i === 0 && columns.length === 1;
      const last = i === column.length - 1;
      return drawPanel(drawing, panel, { trend, axis, styles, beside, width, last, first });
    }),
  );
  return drawing.page({
    title: trend.title,
    subtitle: sentences(
      trend.subtitle ?? '',
      cutWords(given),
      beside === null ? '' : 'Series stand beside each other at each place, so that none hides another.',
    ),
    legend: styles
      .filter(({ name }) => shared.includes(name))
      .map((style) => ({ ...style, marker: drawing.marker(style), of: commonOf(style.name, trend) })),
    parts: rowsOf(drawn, width),
  });
}

/** Panels one above the other; many of two kinds, where there is room, in two columns. */
function columnsOf(panels: readonly TrendPanel[], width: number): (readonly TrendPanel[])[] {
  const right = panels.filter((panel) => panel.right === true);
  if (right.length === 0 || panels.length <= FEW_PANELS || width < 2 * LEAST_COLUMN) return [panels];
  return [panels.filter((panel) => panel.right !== true), right];
}

/** What stands beside each other becomes one part. */
function rowsOf(columns: readonly (readonly SvgPart[])[], width: number): SvgPart[] {
  const count = Math.max(...columns.map(({ length }) => length));
  const none: SvgPart = { svg: '', height: 0 };
  return Array.from({ length: count }, (_, row) =>
    partsBeside(
      columns.map((column) => column[row] ?? none),
      width,
    ),
  );
}

interface PanelContext {
  readonly trend: Trend;
  readonly axis: StepAxis;
  readonly styles: readonly SeriesStyle[];
  readonly beside: Beside | null;
  /** Of the panel, in pixels. */
  readonly width: number;
  readonly first: boolean;
  readonly last: boolean;
}

function drawPanel(
  drawing: Drawing,
  panel: TrendPanel,
  { trend, axis, styles, beside, width, first, last }: PanelContext,
): SvgPart {
  const { Plot, theme } = drawing;
  const height = (first ? FIRST_PANEL : OTHER_PANEL) + (last ? LAST_AXIS : 0);
  const apart = Math.max(TICK_PIXELS, widest(axis.steps.map(formatStep), 11) + 8);
  const ticks = axis.ticks(apart / (width - MARGIN_LEFT - MARGIN_RIGHT));
  const sharing = sharedWith(panel, trend);
  const values = [
    ...(panel.zero === true ? [0] : []),
    ...sharing.flatMap(({ series }) =>
      series.flatMap(({ points }) => points.flatMap(({ value }) => value ?? [])),
    ),
  ];
  const marks: Markish[] = [
    Plot.gridX(ticks, { stroke: theme.grid, strokeOpacity: 1 }),
    drawing.grid(5, values),
    drawing.axisY(5, values),
    Plot.axisX(ticks, {
      label: last ? `${stepTitle(trend)} →` : null,
      labelAnchor: 'right',
      fontSize: 11,
      tickSize: last ? 6 : 0,
      tickFormat: last ? formatStep : () => '',
    }),
    Plot.text([panel.label], { frameAnchor: 'top-left', dy: -20, dx: -MARGIN_LEFT + 16, fontSize: 12 }),
    ...(panel.reference === undefined ? [] : [referenceLine(drawing, panel.reference)]),
    ...partMarks(drawing, panel, styles),
    ...(trend.joined === false && beside === null ? [] : intervalMarks(drawing, panel, styles, beside)),
    ...lineMarks(drawing, panel, styles, { joined: trend.joined ?? true, beside }),
    ...(panel.reference === undefined ? [] : [referenceName(drawing, panel.reference, panel.series)]),
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
      inset: beside?.inset ?? 0,
      ...(axis.constant === null ? { type: 'linear' } : { type: 'symlog', constant: axis.constant }),
    },
    y: { ...domainOf(sharing), nice: true, zero: panel.zero ?? false },
    marks,
  });
}

/** The panels of its scale, itself among them. */
function sharedWith(panel: TrendPanel, { panels }: Trend): readonly TrendPanel[] {
  return panel.scale === undefined ? [panel] : panels.filter(({ scale }) => scale === panel.scale);
}

/** From the least to the greatest level of all panels of one scale; nothing where a panel has its own. */
function domainOf(panels: readonly TrendPanel[]): ReturnType<typeof levelDomain> {
  if (panels.length === 1) return levelDomain(panels.flatMap(({ series }) => levelsOf(series)));
  const levels = panels
    .flatMap(({ series, reference, zero }) => [
      ...levelsOf(series),
      reference?.value,
      zero === true ? 0 : null,
    ])
    .filter((level) => typeof level === 'number');
  const [least, greatest] = [Math.min(...levels), Math.max(...levels)];
  return least < greatest ? { domain: [least, greatest] } : levelDomain(levels);
}

function referenceLine({ Plot, theme }: Drawing, { value }: { value: number }): Markish {
  return Plot.ruleY([value], { stroke: theme.muted, strokeDasharray: '5 4' });
}

/** The label stands at the end of the line from which the series keep further away, and over what comes near it. */
function referenceName(
  { Plot, theme }: Drawing,
  { value, label }: { value: number; label: string },
  series: TrendPanel['series'],
): Markish {
  const distance = (end: 0 | -1): number =>
    Math.min(
      ...series.map(({ points }) => {
        const measured = points.filter((point) => point.value !== null).sort((a, b) => a.step - b.step);
        return Math.abs((measured.at(end)?.value ?? Infinity) - value);
      }),
    );
  const left = distance(0) > distance(-1);
  return Plot.text([value], {
    y: (level: number) => level,
    text: () => label,
    frameAnchor: left ? 'left' : 'right',
    textAnchor: left ? 'start' : 'end',
    dy: -8,
    dx: left ? 4 : -4,
    fontSize: 11,
    fill: theme.muted,
    stroke: theme.ground,
    strokeWidth: 3,
    paintOrder: 'stroke',
  });
}

/** What the series of a name are of. */
function commonOf(name: string, { panels }: Trend): MarkRow | undefined {
  return panels.flatMap(({ series }) => series).find((series) => series.name === name)?.of;
}
