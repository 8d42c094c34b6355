import type { Markish } from '@observablehq/plot';
import { ChartDataError } from '../chart-error.js';
import { plainStyle, rampColor } from '../marks/palette.js';
import type { Look } from '../marks/look.js';
import type { MarkRow } from '../marks/mark-row.js';
import { Drawing } from '../marks/plot-panel.js';
import { nameAxis } from '../marks/name-axis.js';

const STOPS = 5;

/** A value of each row (unit) in each column (checkpoint); null where there is none. */
export interface Heatmap {
  readonly title: string;
  readonly subtitle: string;
  readonly label: string;
  readonly none: string;
  /** What the colours go from and to; null or left out: the least and the greatest value. */
  readonly range?: readonly [number, number] | null;
  readonly columns: readonly string[];
  readonly columnLabel: string;
  readonly rows: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly rowLabel: string;
  /** What all its cells have in common: `{ layer: 'conv1' }`. */
  readonly of?: MarkRow;
}

/** A heatmap as an SVG document, light where values are high. Throws ChartDataError. */
export async function heatmapChart(heatmap: Heatmap, look?: Look): Promise<string> {
  const [low, high] = rangeOf(heatmap);
  const drawing = await Drawing.begin(look);
  const { Plot, width } = drawing;
  const height = Math.max(8, Math.min(22, 900 / heatmap.rows.length));
  const every = Math.ceil(11 / (height * drawing.look.stretch));
  const axis = nameAxis(heatmap.columns, { width, left: 64, right: 24 });
  const part = drawing.panel({
    width,
    height: Math.round(heatmap.rows.length * height + 34 + axis.bottom),
    marginLeft: axis.left,
    marginRight: 24,
    marginTop: 34,
    marginBottom: axis.bottom,
    x: { type: 'band', domain: [...heatmap.columns], padding: 0.04 },
    y: { type: 'band', domain: heatmap.rows.map(({ name }) => name), padding: 0.06 },
    color: { type: 'identity' },
    marks: [
      ...cellMarks(drawing, heatmap, height),
      Plot.axisX([...axis.shown], {
        label: `${heatmap.columnLabel} →`,
        labelOffset: axis.bottom - 4,
        fontSize: 11,
        tickFormat: axis.nameOf,
        ...axis.rotated,
      }),
      Plot.axisY(
        heatmap.rows.map(({ name }) => name).filter((_, i) => i % every === 0),
        { label: null, tickSize: 0, fontSize: 10 },
      ),
      Plot.text([heatmap.rowLabel], { frameAnchor: 'top-left', dy: -20, dx: -40, fontSize: 12 }),
    ],
  });
  const { title, subtitle } = heatmap;
  return drawing.page({ title, subtitle, legend: legendOf(drawing, heatmap, low, high), parts: [part] });
}

/** The cells, and a cross in those that have no value. */
function cellMarks(drawing: Drawing, heatmap: Heatmap, height: number): Markish[] {
  const { Plot, theme, width } = drawing;
  const [low, high] = rangeOf(heatmap);
  const share = (value: number): number => (high === low ? 0.5 : (value - low) / (high - low));
  const cells = heatmap.rows.flatMap(({ name, values }) =>
    values.map((value, i) => ({
      x: heatmap.columns[i] ?? '',
      y: name,
      value,
      fill: value === null ? theme.ground : rampColor(share(value), theme),
    })),
  );
  return [
    Plot.cell(cells, {
      x: 'x',
      y: 'y',
      fill: 'fill',
      ...drawing.rows(cells, ({ x, y, value }) => {
        return { ...heatmap.of, unit: Number(y), checkpoint: x, entropy: value };
      }),
    }),
    Plot.dot(
      cells.filter(({ value }) => value === null),
      {
        ...{ x: 'x', y: 'y', symbol: 'times', stroke: theme.faint, strokeWidth: 1.2 },
        r: Math.min(3.5, height / 3, width / heatmap.columns.length / 3),
      },
    ),
  ];
}

/** Some values between the least and the greatest, and where there is none. */
function legendOf(drawing: Drawing, { label, none, rows }: Heatmap, low: number, high: number) {
  const entry = (name: string, color: string) => ({
    ...plainStyle(name, color),
    marker: drawing.patch(color),
  });
  const values = Array.from({ length: STOPS }, (_, i) => {
    const at = i / (STOPS - 1);
    const name = `${(low + at * (high - low)).toFixed(2)}${i === 0 ? ` ${label}` : ''}`;
    return entry(name, rampColor(at, drawing.theme));
  });
  const isEmpty = rows.some(({ values: found }) => found.includes(null));
  const { theme } = drawing;
  return isEmpty ? [...values, { ...plainStyle(none, theme.faint), marker: drawing.cross() }] : values;
}

/** What the colours go from and to. Throws ChartDataError. */
export function rangeOf({ title, rows, range }: Heatmap): readonly [number, number] {
  const found = valueRange(rows.map(({ values }) => values));
  if (found === null) throw new ChartDataError(`${title}: no unit has a value to draw`);
  return range ?? found;
}

/** The least and the greatest value; null where there is none. */
export function valueRange(rows: readonly (readonly (number | null)[])[]): readonly [number, number] | null {
  const known = rows.flatMap((values) => values.filter((value) => value !== null));
  if (known.length === 0) return null;
  return [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
}
