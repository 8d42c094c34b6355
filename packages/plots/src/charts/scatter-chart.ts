import { shownIn } from '@unitscope/base';
import { ChartDataError } from '../chart-error.js';
import { DARK, plainStyle, rampColor, type Theme } from '../marks/palette.js';
import type { Look } from '../marks/look.js';
import { Drawing } from '../marks/plot-panel.js';
import { fittedNames } from '../marks/tick-names.js';
import { prose } from '../marks/wrap.js';
import { legendLines, letterOf } from '../terminal/text-legend.js';
import { inkedLine, type InkedCell, type TextLook } from '../terminal/text-look.js';
import { OVERLAP } from '../terminal/text-panel.js';
import { partsBeside, type SvgPart } from '../document/svg-page.js';
import { scatterBins, scatterTop, type ScatterBin, type ScatterPoint } from './scatter-bins.js';

const ROWS = 18;
/** A panel a layer; no narrower than that. */
const LEAST_WIDTH = 150;
const MOST_WIDTH = 400;
const MOST_COLUMNS = 4;
/** Where a panel's frame begins, and its name above it. */
const MARGIN_LEFT = 34;
const NAME_SIZE = 12;

/** Units by two measures, x from 0 to 1, by layer. */
export interface Scatter {
  readonly title: string;
  readonly subtitle: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Where the axis of y ends; default: above the highest point. Points that are bins have bins of such an axis. */
  readonly top?: number | undefined;
  readonly groups: readonly { readonly name: string; readonly points: readonly ScatterPoint[] }[];
}

/**
 * How many units fall where, a panel a layer, in an SVG document: nothing is painted over. The colour is a bin's count, on one scale
 * for all layers. Throws ChartDataError.
 */
export async function scatterChart(scatter: Scatter, look?: Look): Promise<string> {
  check(scatter);
  const drawing = await Drawing.begin(look);
  const groups = scatter.groups.filter(({ points }) => points.length > 0);
  const highest = groups.reduce(
    (most, { points }) => points.reduce((high, { y }) => Math.max(high, y), most),
    0,
  );
  const top = scatter.top ?? scatterTop(highest);
  const bins = groups.map(({ points }) => scatterBins(points, top));
  const most = bins.flat().reduce((high, { count }) => Math.max(high, count), 1);
  const room = Math.max(1, Math.min(MOST_COLUMNS, groups.length, Math.floor(drawing.width / LEAST_WIDTH)));
  const width = Math.min(MOST_WIDTH, Math.floor(drawing.width / room));
  const names = fittedNames(
    groups.map(({ name }) => name),
    width - MARGIN_LEFT,
    NAME_SIZE,
  );
  const parts: SvgPart[] = [];
  for (let first = 0; first < groups.length; first += room) {
    const row = groups.slice(first, first + room).map(({ name }, i) =>
      panel(drawing, { layer: name, name: names.get(name) ?? name }, bins[first + i] ?? [], {
        width,
        top,
        most,
      }),
    );
    parts.push(partsBeside(row, width));
  }
  const subtitle = `Across: ${scatter.xLabel}; up: ${scatter.yLabel}. ${scatter.subtitle}`;
  const { theme } = drawing;
  const legend = [1, Math.round((1 + most) / 4), most].filter((count, i, all) => all.indexOf(count) === i);
  return drawing.page({
    title: scatter.title,
    subtitle,
    legend: legend.map((count) => {
      const color = binColor(count, most, theme);
      return {
        ...plainStyle(count === 1 ? '1 unit' : `${count} units`, color),
        marker: drawing.patch(color),
      };
    }),
    parts,
  });
}

/** By the logarithm: most bins have a few units and some have hundreds. Many stand out from the ground most. */
function binColor(count: number, most: number, theme: Theme): string {
  const share = most <= 1 ? 1 : Math.log(count) / Math.log(most);
  return rampColor(theme === DARK ? share : 1 - share, theme);
}

function panel(
  drawing: Drawing,
  { layer, name }: { readonly layer: string; readonly name: string },
  bins: readonly ScatterBin[],
  { width, top, most }: { readonly width: number; readonly top: number; readonly most: number },
): SvgPart {
  const { Plot, theme } = drawing;
  return drawing.panel({
    width,
    height: Math.round(width * 0.8) + 44,
    marginLeft: MARGIN_LEFT,
    marginRight: 10,
    marginTop: 24,
    marginBottom: 24,
    x: { domain: [0, 1] },
    y: { domain: [0, top] },
    marks: [
      Plot.rect([top], { x1: 0, x2: 1, y1: 0, y2: top, fill: 'none', stroke: theme.grid }),
      Plot.axisX({ label: null, ticks: [0, 0.5, 1], fontSize: 11, tickSize: 3 }),
      Plot.axisY({ label: null, ticks: 3, fontSize: 11, tickSize: 3 }),
      Plot.text([name], { frameAnchor: 'top-left', dy: -17, fontSize: NAME_SIZE }),
      Plot.rect(bins, {
        x1: 'x1',
        x2: 'x2',
        y1: 'y1',
        y2: 'y2',
        inset: 0.25,
        fill: ({ count }: ScatterBin) => binColor(count, most, theme),
        ...drawing.rows(bins, ({ x1, x2, y1, y2, count }) => {
          return { layer, rate_from: x1, rate_to: x2, entropy_from: y1, entropy_to: y2, units: count };
        }),
      }),
    ],
  });
}

/** The same in a terminal: a letter a layer, * where layers meet. */
export function scatterText(given: Scatter, width = 80, look: TextLook = {}): string {
  const scatter = shownIn(given);
  check(scatter);
  const columns = Math.max(30, width - 10);
  const empty: InkedCell = { sign: ' ', ink: null };
  const grid = Array.from({ length: ROWS }, () => new Array<InkedCell>(columns).fill(empty));
  const high = scatter.groups.reduce(
    (most, { points }) => points.reduce((top, { y }) => Math.max(top, y), most),
    1e-9,
  );
  scatter.groups.forEach(({ points }, i) => {
    const letter = letterOf(i);
    for (const { x, y } of points) {
      const row = grid[Math.round((1 - y / high) * (ROWS - 1))];
      const column = Math.round(x * (columns - 1));
      const there = row?.[column];
      if (row === undefined || there === undefined) continue;
      row[column] = there.sign === ' ' || there.sign === letter.sign ? letter : { sign: OVERLAP, ink: null };
    }
  });
  const names = scatter.groups.map(({ name }) => name);
  const legend = legendLines(names, (name) => letterOf(names.indexOf(name)), width, look);
  const edge = look.unicode === true ? '│' : '|';
  const rows = grid.map((row, i) => {
    const label = i === 0 ? high.toFixed(2) : i === ROWS - 1 ? '0.00' : '';
    const last = row.findLastIndex(({ sign }) => sign !== ' ');
    return `${label.padStart(7)} ${edge}${inkedLine(row.slice(0, last + 1), look)}`;
  });
  const scale = `${' '.repeat(8)} 0${'1'.padStart(columns - 1)}`;
  const foot = prose([scatter.xLabel], Math.max(20, width - 9)).map((line) => `${' '.repeat(9)}${line}`);
  return `${[...prose([scatter.title, scatter.subtitle], width), '', ...legend, '', scatter.yLabel, ...rows, scale, ...foot].join('\n')}\n`;
}

function check({ title, groups }: Scatter): void {
  if (!groups.some(({ points }) => points.length > 0)) throw new ChartDataError(`${title}: no unit to draw`);
}
