import { mapColor, type Theme } from '../marks/palette.js';
import { cellOf, edgesAt, type Hole } from './hole.js';
import { HALF, type Place } from './hole-layout.js';

/** The ring, on maps and on both grounds: 3 : 1 at least. */
export const RING = '#f0532d';
/** More vertices than that are not named one by one. */
const MOST_NAMES = 28;
const MOST_ROWS = 24;
const RING_NAME = 13;
/** A part of a map has so many rows at least: fewer show nothing of what is around the ring. */
const LEAST_WINDOW = 12;
/** Names are no smaller than that. */
const LEAST_NAME = 10;
/** Where the graph is shown smaller, only the ring's vertices are named. */
const LEAST_SCALE = 0.8;

/**
 * The graph of the vertices that have an edge at this index, in a square of side 2 · HALF around the origin. Names keep their size
 * where the square is shown at another `scale`; those beside the ring stand where they have room.
 */
export function graphMarks(
  hole: Hole,
  index: number,
  places: readonly Place[],
  theme: Theme,
  scale = 1,
): string {
  const { edges, cycle } = hole;
  const entered = edgesAt(hole, index);
  const newest = edgesAt(hole, index - 1);
  const at = (vertex: number): string => {
    const { x = 0, y = 0 } = places[vertex] ?? {};
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  const line = (i: number): string => `M${at(edges.tails[i] ?? 0)}L${at(edges.heads[i] ?? 0)}`;
  const lines = (from: number, to: number): string =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => line(from + i)).join('');
  const there = new Set<number>();
  for (let i = 0; i < entered; i++) there.add(edges.tails[i] ?? 0).add(edges.heads[i] ?? 0);
  const ring = new Set(cycle?.vertices);
  const born = cycle !== null && index >= cycle.rank - 1;
  const vertices = [...there].sort((a, b) => Number(ring.has(a)) - Number(ring.has(b)));
  const isNamed = there.size <= MOST_NAMES && scale >= LEAST_SCALE;
  const larger = Math.max(1, LEAST_NAME / RING_NAME / scale);
  const other = Math.max(LEAST_NAME, LEAST_NAME / scale);
  const dots = vertices.map((vertex) => {
    const [x, y] = at(vertex).split(',');
    const on = ring.has(vertex);
    const name =
      on || isNamed
        ? `<text x="${x}" y="${y}" dy="${shown(on ? 4.5 * larger : 0.35 * other)}" text-anchor="middle" font-size="${shown(on ? RING_NAME * larger : other)}" ${on ? 'font-weight="bold" fill="#000000"' : `fill="${theme.ink}"`}>${vertex}</text>`
        : '';
    const radius = shown(on ? RING_NAME * larger : isNamed ? 0.85 * other : 2.5);
    const fill = on ? RING : isNamed ? theme.ground : theme.muted;
    return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" stroke="${on ? RING : theme.muted}"/>${name}`;
  });
  return [
    born
      ? `<path d="M${cycle.vertices.map(at).join('L')}Z" fill="${RING}" fill-opacity="0.14" stroke="none"/>`
      : '',
    `<path d="${lines(0, newest)}" fill="none" stroke="${theme.faint}" stroke-width="${entered > 400 ? 0.4 : 1.2}"/>`,
    ringLines(hole, index, (tail, head) => `M${at(tail)}L${at(head)}`, born ? 3.5 : 2.5),
    `<path d="${lines(newest, entered)}" fill="none" stroke="${theme.ink}" stroke-width="2.5"/>`,
    ...dots,
  ].join('');
}

function shown(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** The edges of the ring that have entered. */
function ringLines(
  { cycle }: Hole,
  index: number,
  line: (tail: number, head: number) => string,
  width: number,
): string {
  if (cycle === null) return '';
  const path = cycle.edges
    .map(({ rank }, i) =>
      rank <= index + 1
        ? line(cycle.vertices[i] ?? 0, cycle.vertices[(i + 1) % cycle.vertices.length] ?? 0)
        : '',
    )
    .join('');
  return `<path d="${path}" fill="none" stroke="${RING}" stroke-width="${width}" stroke-linecap="round"/>`;
}

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
  const boxes = (from: number, to: number, length: number): string =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) =>
      box(...cellOf(hole, edges.tails[from + i] ?? 0, edges.heads[from + i] ?? 0), length),
    ).join('');
  // A cell of a large map is smaller than a mark that can be seen.
  const mark = Math.max(1, side / 26);
  const born = cycle !== null && index >= cycle.rank - 1;
  const cells = (cycle?.edges ?? []).filter(({ rank }) => rank <= index + 1);
  const ringCells = cells.map(({ row, column }) => box(row, column, mark)).join('');
  return [
    `<path d="${boxes(0, newest, 0.8)}" fill="none" stroke="#ffffff" stroke-opacity="0.8" stroke-width="${0.05 + side / 700}"/>`,
    born
      ? `<path d="${loop(cycle)}" fill="none" stroke="#000000" stroke-opacity="0.6" stroke-width="${side / 70}" stroke-linejoin="round"/>` +
        `<path d="${loop(cycle)}" fill="none" stroke="${RING}" stroke-width="${side / 130}" stroke-linejoin="round"/>`
      : '',
    `<path d="${ringCells}" fill="none" stroke="#000000" stroke-width="${side / 55}"/>`,
    `<path d="${ringCells}" fill="none" stroke="${RING}" stroke-width="${side / 90}"/>`,
    `<path d="${boxes(newest, entered, mark)}" fill="none" stroke="#ffffff" stroke-width="${side / 80}"/>`,
  ].join('');
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

/** From vertex to vertex along rows and columns: round the corner of each edge's cell; a vertex is the diagonal's cell. */
function loop({ vertices, edges }: NonNullable<Hole['cycle']>): string {
  const [first = 0] = vertices;
  const steps = edges.map(({ row, column }, i) => {
    const next = vertices[(i + 1) % vertices.length] ?? first;
    return `L${column + 0.5},${row + 0.5}L${next + 0.5},${next + 0.5}`;
  });
  return `M${first + 0.5},${first + 0.5}${steps.join('')}Z`;
}

/**
 * The rows and columns of the ring alone, in its order, in a square of `side`: the ring's edges lie beside the diagonal and in
 * the corners, every other cell would be a chord that fills it. Colours by the values from `low` to `high`.
 */
export function zoomMarks(
  { map, size, cycle }: Hole,
  index: number,
  { side, low, high, theme }: { side: number; low: number; high: number; theme: Theme },
): string {
  if (cycle === null) return '';
  const { vertices } = cycle;
  const margin = 26;
  const step = (side - margin) / vertices.length;
  const named = vertices.length <= MOST_ROWS && step >= 12;
  const parts: string[] = [];
  vertices.forEach((row, i) => {
    const middle = margin + (i + 0.5) * step;
    if (named) {
      parts.push(
        `<text x="${margin - 5}" y="${middle + 4}" text-anchor="end" font-size="11" fill="${theme.ink}">${row}</text>`,
        `<text x="${middle}" y="${margin - 7}" text-anchor="middle" font-size="11" fill="${theme.ink}">${row}</text>`,
      );
    }
    vertices.forEach((other, j) => {
      const place = `x="${(margin + j * step).toFixed(1)}" y="${(margin + i * step).toFixed(1)}" width="${step.toFixed(1)}" height="${step.toFixed(1)}"`;
      if (i === j) {
        parts.push(`<rect ${place} fill="${theme.none}"/>`);
        return;
      }
      const value = map[row * size + other] ?? 0;
      const share = high > low ? (value - low) / (high - low) : 0;
      parts.push(`<rect ${place} fill="${mapColor(share)}" stroke="${theme.ground}" stroke-width="1"/>`);
    });
  });
  const ring = cycle.edges.map(({ row, column: at, rank }) => {
    const [i, j] = [vertices.indexOf(row), vertices.indexOf(at)];
    const inset = Math.min(4, step / 8);
    const place = `x="${margin + j * step + inset}" y="${margin + i * step + inset}" width="${step - 2 * inset}" height="${step - 2 * inset}"`;
    if (rank > index + 1)
      return `<rect ${place} fill="none" stroke="${RING}" stroke-width="1.5" stroke-dasharray="3 3"/>`;
    const width = Math.min(4, step / 7);
    return `<rect ${place} fill="none" stroke="#000000" stroke-width="${width + 2}"/><rect ${place} fill="none" stroke="${RING}" stroke-width="${width}"/>`;
  });
  return [...parts, ...ring].join('');
}

/** The graph's square as a view box. */
export const GRAPH_VIEW = `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`;
