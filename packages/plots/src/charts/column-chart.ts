import type { Markish } from '@observablehq/plot';
import { ChartDataError } from '../chart-error.js';
import { nameAxis } from '../marks/name-axis.js';
import { wholeAxis } from '../marks/whole-ticks.js';
import type { Look } from '../marks/look.js';
import type { MarkRow } from '../marks/mark-row.js';
import { namedStyles } from '../marks/palette.js';
import { levelDomain } from '../marks/level-domain.js';
import { Drawing } from '../marks/plot-panel.js';

export interface ColumnPoint {
  readonly x: string | number;
  readonly y: number;
  readonly series: string;
  /** All that is known there. */
  readonly row?: MarkRow;
}

/** One column of a table against another, by the values of a third where there is one. */
export interface ColumnChart {
  readonly title: string;
  readonly subtitle: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly mark: 'bar' | 'line' | 'dot';
  readonly points: readonly ColumnPoint[];
  /** The column that series are the values of; left out: there is one series. */
  readonly by?: string;
}

/** Any two columns as bars, lines or points, as an SVG document. Throws ChartDataError. */
export async function columnChart(chart: ColumnChart, look?: Look): Promise<string> {
  const { title, subtitle, xLabel, yLabel, mark, points } = chart;
  if (points.length === 0) throw new ChartDataError(`${title}: no row has numbers to draw`);
  const drawing = await Drawing.begin(look);
  const { Plot, theme, width } = drawing;
  const series = [...new Set(points.map((point) => point.series))];
  const styles = namedStyles(series, theme);
  const numeric = mark !== 'bar' && points.every(({ x }) => typeof x === 'number');
  const names = [...new Set(points.map(({ x }) => String(x)))];
  const axis = nameAxis(names, { width, left: 64, right: 24 });
  const bottom = numeric ? 48 : axis.bottom;
  const values = mark === 'bar' ? undefined : points.map(({ y }) => y);
  const marks = seriesMarks(drawing, chart, { series, styles, names, numeric });
  const part = drawing.panel({
    width,
    height: 300 + bottom,
    marginLeft: numeric ? 64 : axis.left,
    marginRight: 24,
    marginTop: 34,
    marginBottom: bottom,
    x: numeric ? { nice: true } : { type: 'band', domain: names, padding: 0.1 },
    y: { ...levelDomain(points.map(({ y }) => y)), nice: true, zero: mark === 'bar' },
    marks: [
      drawing.grid(6, values),
      numeric
        ? Plot.axisX({ label: `${xLabel} →`, fontSize: 11, ...wholeAxis(points.map(numberOfX), 10) })
        : Plot.axisX([...axis.shown], {
            label: `${xLabel} →`,
            labelOffset: axis.bottom - 4,
            fontSize: 11,
            tickFormat: axis.nameOf,
            ...axis.rotated,
          }),
      drawing.axisY(6, values),
      Plot.text([yLabel], { frameAnchor: 'top-left', dy: -20, dx: -48, fontSize: 12 }),
      ...marks,
    ],
  });
  const legend =
    series.length < 2
      ? []
      : styles.map((style) => ({
          ...style,
          marker: drawing.marker(style, mark === 'line'),
          of: chart.by === undefined ? undefined : { [chart.by]: style.name },
        }));
  return drawing.page({ title, subtitle, legend, parts: [part] });
}

interface Series {
  readonly series: readonly string[];
  readonly styles: ReturnType<typeof namedStyles>;
  /** What stands along the x axis. */
  readonly names: readonly string[];
  readonly numeric: boolean;
}

function seriesMarks(
  drawing: Drawing,
  { mark, points, by }: ColumnChart,
  { series, styles, names, numeric }: Series,
): Markish[] {
  const { Plot, theme } = drawing;
  const rowOf = (point: ColumnPoint): MarkRow | undefined => point.row;
  return series.flatMap((name, i): Markish[] => {
    const fill = styles[i]?.color ?? theme.ink;
    // Bars of several series stand on one another, in the order of the legend.
    if (mark === 'bar') {
      const bars = stacked(points, series, name, names);
      return [Plot.barY(bars, { x: 'x', y1: 'y1', y2: 'y2', fill, ...drawing.rows(bars, rowOf) })];
    }
    const own = points
      .filter((point) => point.series === name)
      .map((point) => (numeric ? point : { ...point, x: String(point.x) }));
    const symbol = styles[i]?.symbol ?? 'circle';
    const dots = Plot.dot(own, { x: 'x', y: 'y', fill, symbol, r: 3, ...drawing.rows(own, rowOf) });
    if (mark === 'dot') return [dots];
    const of = by === undefined ? undefined : { [by]: name };
    const ordered = numeric ? [...own].sort((a, b) => Number(a.x) - Number(b.x)) : own;
    return [
      Plot.lineY(ordered, {
        x: 'x',
        y: 'y',
        stroke: fill,
        strokeWidth: 1.75,
        strokeDasharray: styles[i]?.dash ?? 'none',
        ...drawing.part(of),
      }),
      dots,
    ];
  });
}

interface Bar extends ColumnPoint {
  readonly y1: number;
  readonly y2: number;
}

function stacked(
  points: readonly ColumnPoint[],
  series: readonly string[],
  name: string,
  names: readonly string[],
): Bar[] {
  const at = series.indexOf(name);
  return names.flatMap((x): Bar[] => {
    const here = points.filter((point) => String(point.x) === x);
    const own = here.filter((point) => point.series === name).reduce((sum, { y }) => sum + y, 0);
    const below = here
      .filter((point) => series.indexOf(point.series) < at && Math.sign(point.y) === Math.sign(own))
      .reduce((sum, { y }) => sum + y, 0);
    const row = here.find((point) => point.series === name)?.row;
    if (own === 0) return [];
    return [{ x, y: own, series: name, y1: below, y2: below + own, ...(row !== undefined && { row }) }];
  });
}

function numberOfX({ x }: ColumnPoint): number {
  return Number(x);
}
