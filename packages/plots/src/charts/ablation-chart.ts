import { shownIn } from '@unitscope/base';
import type { Markish } from '@observablehq/plot';
import { lineNames, type AblationLine, type AblationPlot, type AblationPoint } from './ablation-plot.js';
import type { Look } from '../marks/look.js';
import { distinctStyles, plainStyle, type SeriesStyle } from '../marks/palette.js';
import { bandMark } from '../marks/band.js';
import { Drawing } from '../marks/plot-panel.js';
import { wholeAxis } from '../marks/whole-ticks.js';
import type { SvgPart } from '../document/svg-page.js';
import type { TextLook } from '../terminal/text-look.js';
import { trendText } from '../trend/trend-text.js';
import type { TrendPanel } from '../trend/trend.js';

const COLUMNS = 2;
const PANEL = 230;
const AXIS = 30;
/** A symbol on each line some eight times: enough to tell lines apart. */
const SYMBOLS_A_LINE = 8;

/**
 * Draws the curves of an ablation as an SVG document, columns beside each other and metrics below each other, a metric's
 * axis the same in every column. Throws ChartDataError where there is nothing to draw.
 */
export async function ablationChart(plot: AblationPlot, look?: Look): Promise<string> {
  const names = lineNames(plot);
  const drawing = await Drawing.begin(look);
  const styles = stylesOf(plot, names, drawing.theme);
  const parts: SvgPart[] = [];
  for (let first = 0; first < plot.columns.length; first += COLUMNS) {
    for (const [metric, { label }] of plot.metrics.entries()) {
      const columns = plot.columns.slice(first, first + COLUMNS);
      const row = columns.map(({ caption, lines }) =>
        drawPanel(drawing, plot, metric, {
          label: metric === 0 ? `${label}, ${caption}` : label,
          lines: lines[metric] ?? [],
          styles,
          width: drawing.width / columns.length,
          last: metric === plot.metrics.length - 1,
        }),
      );
      parts.push(beside(row, drawing.width));
    }
  }
  const legend = styles.map((style) => ({
    ...style,
    marker: drawing.marker(style),
    of: { ranking: style.name },
  }));
  return drawing.page({ title: plot.title, subtitle: plot.subtitle, legend, parts });
}

/** The same in a terminal, panels below each other. */
export function ablationText(given: AblationPlot, width = 80, look: TextLook = {}): string {
  const plot = shownIn(given);
  lineNames(plot);
  const panels = plot.columns.flatMap(({ caption, lines }) =>
    plot.metrics.map(({ label }, metric): TrendPanel => ({
      label: `${label}, ${caption}`,
      series: (lines[metric] ?? []).map(({ name, points }) => ({
        name,
        points: points.map(({ ablated, value }) => ({ step: ablated, value })),
      })),
    })),
  );
  const { title, subtitle } = plot;
  return trendText({ title, subtitle, stepLabel: 'units ablated', stepScale: 'linear', panels }, width, look);
}

/** The baseline stands back, whatever its place. */
function stylesOf(
  { baseline }: AblationPlot,
  names: readonly string[],
  theme: Drawing['theme'],
): SeriesStyle[] {
  const named = distinctStyles(
    names.filter((name) => name !== baseline),
    theme,
  );
  return names.map((name) => named.find((style) => style.name === name) ?? plainStyle(name, theme.faint));
}

interface PanelContext {
  readonly label: string;
  readonly lines: readonly AblationLine[];
  readonly styles: readonly SeriesStyle[];
  readonly width: number;
  readonly last: boolean;
}

function drawPanel(
  drawing: Drawing,
  plot: AblationPlot,
  metric: number,
  { label, lines, styles, width, last }: PanelContext,
): SvgPart {
  const { Plot, theme } = drawing;
  const isBaseline = ({ name }: AblationLine): boolean => name === plot.baseline;
  const behind = [...lines].sort((a, b) => Number(isBaseline(b)) - Number(isBaseline(a)));
  return drawing.panel({
    width,
    height: PANEL + (last ? AXIS : 0),
    marginLeft: 48,
    marginRight: 16,
    marginTop: 34,
    marginBottom: last ? 12 + AXIS : 14,
    x: { domain: [0, plot.units] },
    y: { domain: domainOf(plot, metric), nice: true },
    marks: [
      drawing.grid(5),
      drawing.axisY(5),
      Plot.axisX({
        label: last ? 'units ablated →' : null,
        labelAnchor: 'right',
        fontSize: 11,
        ...wholeAxis([plot.units], 6),
        tickSize: last ? 6 : 3,
        ...(!last && { tickFormat: () => '' }),
      }),
      Plot.text([label], { frameAnchor: 'top-left', dy: -20, dx: -40, fontSize: 12 }),
      ...behind.flatMap((line) => {
        const style = styles.find(({ name }) => name === line.name) ?? plainStyle(line.name, theme.faint);
        return drawLine(drawing, line, style, isBaseline(line));
      }),
    ],
  });
}

function drawLine(
  drawing: Drawing,
  { name, points }: AblationLine,
  { color, symbol, dash }: SeriesStyle,
  isBaseline: boolean,
): Markish[] {
  const { Plot } = drawing;
  const bands = points.filter(({ low, high }) => low !== undefined && high !== undefined);
  const every = Math.max(1, Math.round(points.length / SYMBOLS_A_LINE));
  const symbols = points.filter((_, i) => i % every === 0);
  const of = drawing.part({ ranking: name });
  return [
    bandMark(drawing, bands, { x: 'ablated', color, of: { ranking: name } }),
    Plot.lineY(points, {
      x: 'ablated',
      y: 'value',
      stroke: color,
      strokeWidth: 1.75,
      strokeDasharray: isBaseline ? '5 4' : dash,
      ...of,
    }),
    Plot.dot(symbols, {
      x: 'ablated',
      y: 'value',
      fill: color,
      symbol,
      r: 3.2,
      ...drawing.rows(symbols, (point: AblationPoint) => ({ ranking: name, ...point })),
    }),
  ];
}

/** From 0 to 1 for a share; else from 0 to the largest value of all columns. */
function domainOf({ metrics, columns }: AblationPlot, metric: number): [number, number] {
  if (metrics[metric]?.share === true) return [0, 1];
  const values = columns.flatMap(({ lines }) =>
    (lines[metric] ?? []).flatMap(({ points }) =>
      points.flatMap(({ value, high }) => [value, high ?? value]),
    ),
  );
  return [0, values.reduce((largest, value) => Math.max(largest, value), 0) || 1];
}

function beside(parts: readonly SvgPart[], width: number): SvgPart {
  const each = width / parts.length;
  return {
    svg: parts.map(({ svg }, i) => `<g transform="translate(${i * each},0)">${svg}</g>`).join(''),
    height: parts.reduce((highest, { height }) => Math.max(highest, height), 0),
  };
}
