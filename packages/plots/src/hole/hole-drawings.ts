import { mapColor, type Theme } from '../marks/palette.js';
import { cellOf, chordsAt, edgesAt, isFilled, MOST_NAMED_EDGES, type Hole } from './hole.js';
import { HALF, type Place } from './hole-layout.js';
import { RING } from './hole-map.js';

/** More vertices than that are not named one by one. */
const MOST_NAMES = 28;
const MOST_ROWS = 24;
/** Where the numbers of rows and columns stand. */
export const ZOOM_MARGIN = 26;
const RING_NAME = 13;
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
  const filled = isFilled(hole, index);
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
    born && !filled
      ? `<path d="M${cycle.vertices.map(at).join('L')}Z" fill="${RING}" fill-opacity="0.14" stroke="none"/>`
      : '',
    `<path d="${lines(0, newest)}" fill="none" stroke="${theme.faint}" stroke-width="${entered > 400 ? 0.4 : 1.2}"/>`,
    ringLines(hole, index, (tail, head) => `M${at(tail)}L${at(head)}`, born && !filled ? 3.5 : 2.5),
    `<path d="${filled ? fillLines(hole, (tail, head) => `M${at(tail)}L${at(head)}`) : ''}" fill="none" stroke="${RING}" stroke-width="2" stroke-dasharray="6 4"/>`,
    `<path d="${lines(newest, entered)}" fill="none" stroke="${theme.ink}" stroke-width="2.5"/>`,
    ...dots,
  ].join('');
}

/** The edges that fill the ring, where they are few enough to be told apart. */
function fillLines({ death }: Hole, line: (tail: number, head: number) => string): string {
  const edges = death?.edges ?? [];
  return edges.length > MOST_NAMED_EDGES ? '' : edges.map(({ tail, head }) => line(tail, head)).join('');
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
 * The rows and columns of the ring alone, in its order, in a square of `side`: the ring's edges lie beside the diagonal and in
 * the corners; every other cell is a chord, outlined in white once it is in. Colours by the values from `low` to `high`.
 */
export function zoomMarks(
  hole: Hole,
  index: number,
  { side, low, high, theme }: { side: number; low: number; high: number; theme: Theme },
): string {
  const { map, size, cycle } = hole;
  if (cycle === null) return '';
  const { vertices } = cycle;
  const margin = ZOOM_MARGIN;
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
  const place = (row: number, column: number): string => {
    const [i, j] = [vertices.indexOf(row), vertices.indexOf(column)];
    const inset = Math.min(4, step / 8);
    return `x="${margin + j * step + inset}" y="${margin + i * step + inset}" width="${step - 2 * inset}" height="${step - 2 * inset}"`;
  };
  const width = Math.min(4, step / 7);
  const outline = (at: string, color: string): string =>
    `<rect ${at} fill="none" stroke="#000000" stroke-width="${width + 2}"/><rect ${at} fill="none" stroke="${color}" stroke-width="${width}"/>`;
  const ring = cycle.edges.map(({ row, column, rank }) =>
    rank > index + 1
      ? `<rect ${place(row, column)} fill="none" stroke="${RING}" stroke-width="1.5" stroke-dasharray="3 3"/>`
      : outline(place(row, column), RING),
  );
  const chords = chordsAt(hole, index).map(([tail, head]) =>
    outline(place(...cellOf(hole, tail, head)), '#ffffff'),
  );
  return [...parts, ...ring, ...chords].join('');
}

/** The graph's square as a view box. */
export const GRAPH_VIEW = `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`;
