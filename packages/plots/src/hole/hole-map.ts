import type { Theme } from '../marks/palette.js';
import { cellOf, edgesAt, type Hole } from './hole.js';

/** The ring, on maps and on both grounds: 3 : 1 at least. */
export const RING = '#f0532d';
/** A part of a map has so many rows at least: fewer show nothing of what is around the ring. */
const LEAST_WINDOW = 12;
/** So many numbers stand beside a map at most; of three digits fewer have room side by side. */
const MOST_TICKS = 16;
const MOST_WIDE = 9;
const TICK_STEPS = [1, 2, 5, 10, 20, 50, 100];

/**
 * What lies over the map, in a square of side N: cells that have entered, the newest, and the ring by its cells. Of a
 * part of the map those in it, larger.
 */
export function mapMarks(
  hole: Hole,
  index: number,
  window: MapWindow = { row: 0, column: 0, side: hole.size },
): string {
  const { edges, cycle } = hole;
  const { side } = window;
  const isSeen = (at: number, first: number): boolean => at >= first && at < first + side;
  const entered = edgesAt(hole, index);
  const newest = edgesAt(hole, index - 1);
  const box = (row: number, column: number, length: number): string => {
    if (!isSeen(row, window.row) || !isSeen(column, window.column)) return '';
    const inset = (1 - length) / 2;
    return `M${(column + inset).toFixed(2)},${(row + inset).toFixed(2)}h${length.toFixed(2)}v${length.toFixed(2)}h${(-length).toFixed(2)}z`;
  };
  const ringCells = (cycle?.edges ?? []).filter(({ rank }) => rank <= index + 1);
  const own = new Set(ringCells.map(({ row, column }) => row * hole.size + column));
  const boxes = (from: number, to: number, length: number): string =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => {
      const [row, column] = cellOf(hole, edges.tails[from + i] ?? 0, edges.heads[from + i] ?? 0);
      return own.has(row * hole.size + column) ? '' : box(row, column, length);
    }).join('');
  // A cell of a large map is smaller than a mark that can be seen.
  const mark = Math.max(1, side / 26);
  const [entering, latest] = [boxes(0, newest, 0.8), boxes(newest, entered, mark)];
  const ring = ringCells.map(({ row, column }) => box(row, column, mark)).join('');
  return [
    // Dark beside white: both grounds are below.
    `<path d="${entering}" fill="none" stroke="#000000" stroke-opacity="0.45" stroke-width="${0.15 + side / 350}"/>`,
    `<path d="${entering}" fill="none" stroke="#ffffff" stroke-opacity="0.8" stroke-width="${0.05 + side / 700}"/>`,
    `<path d="${ring}" fill="none" stroke="#000000" stroke-width="${side / 55}"/>`,
    `<path d="${ring}" fill="none" stroke="${RING}" stroke-width="${side / 90}"/>`,
    `<path d="${latest}" fill="none" stroke="#000000" stroke-opacity="0.6" stroke-width="${side / 50}"/>`,
    `<path d="${latest}" fill="none" stroke="#ffffff" stroke-width="${side / 80}"/>`,
  ].join('');
}

/** Where one looks: a cell, over a window of the map. */
export function cellMark(
  { row, column }: { readonly row: number; readonly column: number },
  { side }: MapWindow,
): string {
  const mark = Math.max(1, side / 26);
  const place = `x="${column + 0.5 - mark / 2}" y="${row + 0.5 - mark / 2}" width="${mark}" height="${mark}"`;
  return (
    `<rect ${place} fill="none" stroke="#000000" stroke-width="${side / 100}"/>` +
    `<rect ${place} fill="none" stroke="#ffffff" stroke-width="${side / 200}" stroke-dasharray="${side / 60}"/>`
  );
}

/** A square of the map: `side` rows from `row` on, and as many columns from `column` on. */
export interface MapWindow {
  readonly row: number;
  readonly column: number;
  readonly side: number;
}

/** The values in a square of the map, row-major. */
export function windowValues(
  { map, size }: Pick<Hole, 'map' | 'size'>,
  { row, column, side }: MapWindow,
): Float32Array {
  return Float32Array.from(
    { length: side * side },
    (_, i) => map[(row + Math.floor(i / side)) * size + column + (i % side)] ?? 0,
  );
}

/** The square of the map that holds the cells of the ring, with a margin: all of the map where that is most of it. */
export function ringWindow({ size, cycle }: Pick<Hole, 'size' | 'cycle'>): MapWindow {
  const cells = cycle?.edges ?? [];
  const [rows, columns] = [cells.map(({ row }) => row), cells.map(({ column }) => column)];
  const reach = Math.max(...[rows, columns].map((all) => Math.max(...all) - Math.min(...all) + 1));
  const side = Math.max(LEAST_WINDOW, Math.ceil(1.3 * reach) + 2);
  if (cells.length === 0 || 2 * side > size) return { row: 0, column: 0, side: size };
  const from = (all: readonly number[]): number => {
    const middle = Math.min(...all) + Math.max(...all) + 1;
    return Math.max(0, Math.min(size - side, Math.round((middle - side) / 2)));
  };
  return { row: from(rows), column: from(columns), side };
}

/** Which part of a map of `size` a window is, after a size: `: rows 3 to 9, columns 5 to 11`; '' of all of it. */
export function windowWords({ row, column, side }: MapWindow, size: number): string {
  return side < size ? `: rows ${row} to ${row + side - 1}, columns ${column} to ${column + side - 1}` : '';
}

/** A number beside a row or above a column. */
export interface MapTick {
  readonly at: number;
  /** Whether it is a vertex of the ring. */
  readonly ring: boolean;
}

/** Which rows or columns of a window are numbered: those of the ring, then round numbers, as there is room. */
export function mapTicks(
  { cycle }: Pick<Hole, 'cycle'>,
  window: MapWindow,
  along: 'row' | 'column',
): MapTick[] {
  const { side, [along]: first } = window;
  const gap = side / (along === 'column' && first + side > 100 ? MOST_WIDE : MOST_TICKS);
  const step = TICK_STEPS.find((one) => one >= gap) ?? 200;
  const ticks: MapTick[] = [];
  const add = (at: number, ring: boolean): void => {
    if (at < first || at >= first + side || ticks.some((tick) => Math.abs(tick.at - at) < gap)) return;
    if (!ticks.some((tick) => tick.at === at)) ticks.push({ at, ring });
  };
  for (const vertex of cycle?.vertices ?? []) add(vertex, true);
  for (let at = Math.ceil(first / step) * step; at < first + side; at += step) add(at, false);
  return ticks.sort((a, b) => a.at - b.at);
}

/** The numbers of the rows and columns in a window, around a square of `side` at the origin. */
export function tickMarks(hole: Hole, window: MapWindow, side: number, theme: Theme): string {
  const middle = (at: number, first: number): string => shown(((at - first + 0.5) * side) / window.side);
  const text = ({ at, ring }: MapTick, place: string): string =>
    `<text ${place} font-size="10" ${ring ? `font-weight="bold" fill="${theme.ink}"` : `fill="${theme.muted}"`}>${at}</text>`;
  return [
    ...mapTicks(hole, window, 'row').map((tick) =>
      text(tick, `x="-4" y="${middle(tick.at, window.row)}" dy="3.5" text-anchor="end"`),
    ),
    ...mapTicks(hole, window, 'column').map((tick) =>
      text(tick, `x="${middle(tick.at, window.column)}" y="-4" text-anchor="middle"`),
    ),
  ].join('');
}

function shown(value: number): string {
  return String(Math.round(value * 10) / 10);
}
