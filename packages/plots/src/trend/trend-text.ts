import { shownIn } from '@unitscope/base';
import { formatStep, stepAxis, type StepAxis } from '../marks/step-axis.js';
import { drawnPanels, seriesNames, stepsOf, stepTitle, type Trend, type TrendPanel } from './trend.js';
import { prose, wrap } from '../marks/wrap.js';

const GUTTER = 8;
const MIN_WIDTH = 40;
const LABEL_DISTANCE = 6;
const FIRST_ROWS = 12;
const OTHER_ROWS = 7;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ALONE = 'o';
const BETWEEN = '.';
const OVERLAP = '*';

/**
 * The same trend as trendChart in plain ASCII (and whatever its names hold), `width` columns wide: a letter a
 * series at each measured step, dots between, `*` where series meet. Throws TrendDataError.
 */
export function trendText(given: Trend, width = 80): string {
  const trend = shownIn(given);
  const axis = stepAxis(stepsOf(trend), trend.stepScale ?? 'log');
  const columns = Math.max(width, MIN_WIDTH) - GUTTER - 2;
  const { shared } = seriesNames(trend);
  const letter = (name: string): string => {
    const index = shared.indexOf(name);
    return index === -1 ? ALONE : (LETTERS[index % LETTERS.length] ?? ALONE);
  };
  const fits = (line: string): boolean => line.length <= width;
  const entries = shared.map((name) => `${letter(name)} ${name}`);
  const legend = wrap(shared.length > 1 ? [...entries, `${OVERLAP} several`] : entries, '   ', fits);
  const panels = drawnPanels(trend).map((panel, i) => {
    const rows = i === 0 ? FIRST_ROWS : OTHER_ROWS;
    return drawPanel(panel, { axis, letter, columns, rows, joined: trend.joined ?? true }).join('\n');
  });
  const foot = [...stepLabels(axis, columns), `${' '.repeat(GUTTER)} ${stepTitle(trend)}`];
  return `${[...prose([trend.title, trend.subtitle ?? '', leftOutWords(trend)], width), ...(legend.length > 0 ? ['', ...legend] : []), '', panels.join('\n\n'), ...foot].join('\n')}\n`;
}

/** What a picture has and a terminal does not; '' where that is nothing. */
function leftOutWords({ panels }: Trend): string {
  const series = panels.flatMap((panel) => panel.series);
  const left = [
    ...(series.some(({ partOf }) => partOf !== undefined) ? ['thin lines'] : []),
    ...(series.some(({ points }) => points.some(({ low }) => typeof low === 'number')) ? ['bands'] : []),
  ];
  return left.length === 0 ? '' : `Not drawn in a terminal: ${left.join(' and ')}.`;
}

interface PanelGrid {
  readonly axis: StepAxis;
  readonly letter: (name: string) => string;
  readonly columns: number;
  readonly rows: number;
  readonly joined: boolean;
}

function drawPanel(panel: TrendPanel, { axis, letter, columns, rows, joined }: PanelGrid): string[] {
  const [low, high] = rangeOf(panel);
  const grid = Array.from({ length: rows }, () => new Array<string>(columns).fill(' '));
  const columnOf = (step: number): number => Math.round(axis.position(step) * (columns - 1));
  const rowOf = (value: number): number => Math.round(((high - value) / (high - low)) * (rows - 1));
  const put = (row: number, column: number, mark: string): void => {
    const line = grid[row];
    if (line === undefined) return;
    const there = line[column] ?? ' ';
    const free = there === ' ' || there === BETWEEN || there === '-';
    if (mark === BETWEEN || mark === '-') line[column] = there === ' ' ? mark : there;
    else line[column] = free || there === mark ? mark : OVERLAP;
  };

  if (panel.reference !== undefined) {
    for (let column = 0; column < columns; column += 2) put(rowOf(panel.reference.value), column, '-');
  }
  for (const { name, partOf, points } of panel.series) {
    if (partOf !== undefined) continue;
    const ordered = [...points].sort((a, b) => a.step - b.step);
    const cells = ordered.map(({ step, value }) =>
      value === null ? undefined : { column: columnOf(step), row: rowOf(value) },
    );
    cells.forEach((cell, i) => {
      if (cell === undefined) return;
      const next = cells[i + 1];
      if (joined && next !== undefined) drawLine(cell, next, put);
      put(cell.row, cell.column, letter(name));
    });
  }
  const decimals = high - low < 0.5 ? 3 : 2;
  return [
    panel.label + (panel.reference === undefined ? '' : `   (- - ${panel.reference.label})`),
    ...grid.map((line, row) => {
      const labelled = row === 0 || row === rows - 1 || row === Math.floor(rows / 2);
      const value = high - (row / (rows - 1)) * (high - low);
      return `${(labelled ? value.toFixed(decimals) : '').padStart(GUTTER)} |${line.join('')}`.trimEnd();
    }),
  ];
}

interface Cell {
  readonly column: number;
  readonly row: number;
}

function drawLine(from: Cell, to: Cell, put: (row: number, column: number, mark: string) => void): void {
  const length = to.column - from.column;
  for (let i = 1; i < length; i++) {
    put(Math.round(from.row + ((to.row - from.row) * i) / length), from.column + i, BETWEEN);
  }
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

function stepLabels(axis: StepAxis, columns: number): string[] {
  const line = new Array<string>(columns + GUTTER).fill(' ');
  const rule = new Array<string>(columns).fill('-');
  for (const step of axis.ticks(LABEL_DISTANCE / columns)) {
    const column = Math.round(axis.position(step) * (columns - 1));
    rule[column] = '+';
    const label = formatStep(step);
    const start = Math.min(column, columns - label.length);
    Array.from(label).forEach((character, i) => (line[start + i] = character));
  }
  return [`${' '.repeat(GUTTER)} +${rule.join('')}`, `${' '.repeat(GUTTER)}  ${line.join('')}`.trimEnd()];
}
