import { ChartDataError } from '../chart-error.js';
import type { Look } from '../marks/look.js';
import type { MarkRow } from '../marks/mark-row.js';
import { Drawing } from '../marks/plot-panel.js';
import { widest } from '../marks/text-width.js';
import { fittedNames } from '../marks/tick-names.js';

const ROW = 30;
const LEAST_ROW = 13;
/** Rows of many layers stand closer together. */
const HEIGHT = 1600;

export interface DifferenceRow {
  readonly name: string;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Drawn full; others are hollow. */
  readonly certain: boolean;
  /** All that is known of it. */
  readonly row?: MarkRow;
}

/** Differences with their intervals, one row each, around the line of none. */
export interface Differences {
  readonly title: string;
  readonly subtitle: string;
  readonly label: string;
  readonly rows: readonly DifferenceRow[];
}

/** Differences and their intervals as an SVG document (a forest plot). Throws ChartDataError. */
export async function differenceChart(differences: Differences, look?: Look): Promise<string> {
  const { title, subtitle, label, rows } = differences;
  const known = rows.filter(({ value }) => value !== null);
  if (known.length === 0) throw new ChartDataError(`${title}: no row has a difference to draw`);
  const intervals = known.filter(({ low, high }) => low !== null && high !== null);
  const drawing = await Drawing.begin(look);
  const { Plot, theme, width } = drawing;
  const [color = theme.ink] = theme.series;
  const row = Math.max(LEAST_ROW, Math.min(ROW, HEIGHT / rows.length));
  const names = fittedNames(
    rows.map(({ name }) => name),
    width * 0.35 - 24,
    11,
  );
  const part = drawing.panel({
    width,
    height: Math.round(rows.length * row) + 70,
    marginLeft: 24 + Math.ceil(widest(names.values(), 11)),
    marginRight: 24,
    marginTop: 12,
    marginBottom: 44,
    x: { nice: true },
    y: { type: 'band', domain: rows.map(({ name }) => name) },
    marks: [
      Plot.gridX({ stroke: theme.grid, strokeOpacity: 1 }),
      Plot.ruleX([0], { stroke: theme.muted, strokeDasharray: '5 4' }),
      Plot.axisX({ label: `${label} →`, fontSize: 11 }),
      Plot.axisY({
        label: null,
        tickSize: 0,
        fontSize: 11,
        tickFormat: (name: string) => names.get(name) ?? name,
      }),
      Plot.ruleY(intervals, {
        y: 'name',
        x1: 'low',
        x2: 'high',
        stroke: color,
        strokeWidth: 2,
      }),
      Plot.dot(known, {
        x: 'value',
        y: 'name',
        r: row < ROW / 2 ? 3 : 4.5,
        stroke: color,
        strokeWidth: 2,
        fill: ({ certain }: DifferenceRow) => (certain ? color : theme.ground),
        ...drawing.rows(known, ({ row }) => row),
      }),
    ],
  });
  return drawing.page({ title, subtitle, legend: [], parts: [part] });
}
