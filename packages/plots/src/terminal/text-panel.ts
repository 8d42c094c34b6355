import type { StepAxis } from '../marks/step-axis.js';
import type { TrendPanel, TrendSeries } from '../trend/trend.js';
import { Braille } from './braille.js';
import { inkedLine, type InkedCell, type TextLook } from './text-look.js';

/** Columns before a panel's left edge. */
export const GUTTER = 8;
export const OVERLAP = '*';
const BETWEEN = '.';
const EMPTY: InkedCell = { sign: ' ', ink: null };

export interface PanelGrid {
  readonly axis: StepAxis;
  /** The letter and the number of a series by its name. */
  readonly letter: (name: string) => InkedCell;
  readonly columns: number;
  readonly rows: number;
  readonly joined: boolean;
  readonly look: TextLook;
}

interface Cell {
  readonly column: number;
  readonly row: number;
}

/** A panel as lines of text: its label, then its rows with the axis of values. */
export function textPanel(panel: TrendPanel, grid: PanelGrid): string[] {
  const { rows, columns, look } = grid;
  const [low, high] = rangeOf(panel);
  const lines = Array.from({ length: rows }, () => new Array<InkedCell>(columns).fill(EMPTY));
  const share = (value: number): number => (high - value) / (high - low);
  if (panel.reference !== undefined) {
    const line = lines[Math.round(share(panel.reference.value) * (rows - 1))];
    for (let column = 0; column < columns; column += 2) if (line) line[column] = { sign: '-', ink: null };
  }
  const drawn = panel.series.filter(({ partOf }) => partOf === undefined);
  if (look.unicode === true) drawBraille(drawn, grid, share, lines);
  else for (const series of drawn) drawSigns(series, grid, share, lines);
  const decimals = high - low < 0.5 ? 3 : 2;
  const edge = look.unicode === true ? '│' : '|';
  return [
    panel.label + (panel.reference === undefined ? '' : `   (- - ${panel.reference.label})`),
    ...lines.map((line, row) => {
      const labelled = row === 0 || row === rows - 1 || row === Math.floor(rows / 2);
      const value = high - (row / (rows - 1)) * (high - low);
      const last = line.findLastIndex(({ sign }) => sign !== ' ');
      const text = inkedLine(line.slice(0, last + 1), look);
      return `${(labelled ? value.toFixed(decimals) : '').padStart(GUTTER)} ${edge}${text}`;
    }),
  ];
}

/** In ASCII: a letter at each measured step, dots between. */
function drawSigns(
  { name, points }: TrendSeries,
  { axis, letter, columns, rows, joined }: PanelGrid,
  share: (value: number) => number,
  lines: InkedCell[][],
): void {
  const cells = inOrder(points).map(({ step, value }): Cell | null =>
    value === null
      ? null
      : {
          column: Math.round(axis.position(step) * (columns - 1)),
          row: Math.round(share(value) * (rows - 1)),
        },
  );
  cells.forEach((cell, i) => {
    if (cell === null) return;
    const next = cells[i + 1];
    if (joined && next != null) join(cell, next, lines, letter(name).ink);
    mark(lines, cell, letter(name));
  });
}

/** In braille: lines of dots, and the letter at each measured step, so that a series is known without colours too. */
function drawBraille(
  drawn: readonly TrendSeries[],
  { axis, letter, columns, rows, joined }: PanelGrid,
  share: (value: number) => number,
  lines: InkedCell[][],
): void {
  const dots = new Braille(columns, rows);
  const letters: [Cell, InkedCell][] = [];
  for (const { name, points } of drawn) {
    const sign = letter(name);
    let before: { x: number; y: number } | null = null;
    for (const { step, value } of inOrder(points)) {
      if (value === null) {
        before = null;
        continue;
      }
      const column = Math.round(axis.position(step) * (columns - 1));
      const at = { x: 2 * column, y: Math.round(share(value) * (4 * rows - 1)) };
      if (joined && before !== null) dots.line(before.x, before.y, at.x, at.y, sign.ink ?? 0);
      before = at;
      letters.push([{ column, row: at.y >> 2 }, sign]);
    }
  }
  for (const [row, line] of lines.entries())
    for (let column = 0; column < columns; column++)
      line[column] = dots.cell(row, column) ?? line[column] ?? EMPTY;
  const first = lines.map((line) => line.slice());
  for (const [{ row, column }, sign] of letters) {
    const line = lines[row];
    if (line === undefined) continue;
    const isFree = line[column] === first[row]?.[column] || line[column]?.sign === sign.sign;
    line[column] = isFree ? sign : { sign: OVERLAP, ink: null };
  }
}

function inOrder(points: TrendSeries['points']): TrendSeries['points'] {
  return [...points].sort((a, b) => a.step - b.step);
}

function join(from: Cell, to: Cell, lines: InkedCell[][], ink: number | null): void {
  const length = to.column - from.column;
  for (let i = 1; i < length; i++) {
    const line = lines[Math.round(from.row + ((to.row - from.row) * i) / length)];
    const column = from.column + i;
    if (line?.[column]?.sign === ' ') line[column] = { sign: BETWEEN, ink };
  }
}

function mark(lines: InkedCell[][], { row, column }: Cell, sign: InkedCell): void {
  const line = lines[row];
  const there = line?.[column]?.sign;
  if (line === undefined || there === undefined) return;
  const isFree = there === ' ' || there === BETWEEN || there === '-' || there === sign.sign;
  line[column] = isFree ? sign : { sign: OVERLAP, ink: null };
}

function rangeOf({ series, reference, zero }: TrendPanel): [number, number] {
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ value }) => (value === null ? [] : [value])),
  );
  if (reference !== undefined) values.push(reference.value);
  if (zero === true) values.push(0);
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}
