import { edgesAt, type Hole } from './hole.js';

/** Half the side of the square in which a graph is drawn; its middle is the origin. */
export const HALF = 200;
/** Without a birth, so many indices are laid out. */
const FIRST = 40;
const STEPS = 240;
const SPRING = 46;
const EDGE = 18;
/** Places on the rim to choose from, and how far from a vertex a place is free. */
const RIM_PLACES = 72;
const ROOM = 26;
/** A small graph is not blown up beyond this. */
const MOST_SCALE = 1.5;

export interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * A place for every vertex: those of the cycle on a ring that stays empty, the others of the graph at the birth around it, by
 * springs along edges and repulsion; those that come later on the rim. The same for every index, so that nothing jumps.
 */
export function holeLayout(hole: Hole): readonly Place[] {
  const { size, cycle } = hole;
  const entered = edgesAt(hole, cycle === null ? FIRST : cycle.rank - 1);
  const ring = cycle?.vertices ?? [];
  const x = new Float64Array(size);
  const y = new Float64Array(size);
  const fixed = new Uint8Array(size);
  const free: number[] = [];
  const seen = new Uint8Array(size);
  const onCircle = (vertices: readonly number[], radius: number): void =>
    vertices.forEach((vertex, i) => {
      const angle = (2 * Math.PI * i) / vertices.length - Math.PI / 2;
      x[vertex] = radius * Math.cos(angle);
      y[vertex] = radius * Math.sin(angle);
    });
  for (const vertex of ring) fixed[vertex] = seen[vertex] = 1;
  const links = Array.from({ length: entered }, (_, i): [number, number] => [
    hole.edges.tails[i] ?? 0,
    hole.edges.heads[i] ?? 0,
  ]);
  for (const [tail, head] of links) {
    for (const vertex of [tail, head]) {
      if (seen[vertex] === 1) continue;
      seen[vertex] = 1;
      free.push(vertex);
    }
  }
  // Few others leave the ring more room.
  const radius = ring.length === 0 ? 0 : free.length < 4 ? 140 : Math.min(120, 62 + 6 * ring.length);
  onCircle(ring, radius);
  // By the golden angle, those that enter early near the ring.
  free.forEach((vertex, i) => {
    const from = neighbourAngle(vertex, links, { x, y, fixed }) ?? 2.399963 * i;
    const away = radius + 34 + (120 * i) / Math.max(1, free.length);
    x[vertex] = away * Math.cos(from + 0.02 * i);
    y[vertex] = away * Math.sin(from + 0.02 * i);
  });
  // Without a ring no vertex has a better place than another.
  if (ring.length === 0)
    onCircle(
      [...free].sort((a, b) => a - b),
      HALF - 2 * EDGE,
    );
  else relax({ x, y, fixed }, free, [...ring, ...free], links, radius);
  const later = Array.from({ length: size }, (_, vertex) => vertex).filter((vertex) => seen[vertex] === 0);
  const rim = HALF - EDGE;
  fit({ x, y }, [...ring, ...free], later.length === 0 ? rim : rim - ROOM);
  onRim(later, [...ring, ...free], { x, y });
  return Array.from({ length: size }, (_, vertex) => ({ x: x[vertex] ?? 0, y: y[vertex] ?? 0 }));
}

interface Bodies {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly fixed: Uint8Array;
}

/** Those that come later stand around the graph, whole within the square, where no other is if there is room. */
function onRim(later: readonly number[], placed: readonly number[], { x, y }: Pick<Bodies, 'x' | 'y'>): void {
  const radius = HALF - EDGE;
  const length = Math.max(RIM_PLACES, later.length);
  const all = Array.from({ length }, (_, i) => {
    const angle = (2 * Math.PI * i) / length - Math.PI / 2;
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
  const isFree = ([atX, atY]: readonly [number, number]): boolean =>
    placed.every((vertex) => Math.hypot(atX - (x[vertex] ?? 0), atY - (y[vertex] ?? 0)) > ROOM);
  const free = all.filter(isFree);
  const places = free.length < later.length ? all : free;
  later.forEach((vertex, i) => {
    [x[vertex], y[vertex]] = places[Math.floor((i * places.length) / later.length)] ?? [0, 0];
  });
}

/** The direction in which the vertex's neighbours on the ring lie. */
function neighbourAngle(
  vertex: number,
  links: readonly [number, number][],
  { x, y, fixed }: Bodies,
): number | null {
  let [sumX, sumY, found] = [0, 0, false];
  for (const [tail, head] of links) {
    const other = tail === vertex ? head : head === vertex ? tail : -1;
    if (other < 0 || fixed[other] === 0) continue;
    sumX += x[other] ?? 0;
    sumY += y[other] ?? 0;
    found = true;
  }
  return found && Math.hypot(sumX, sumY) > 1 ? Math.atan2(sumY, sumX) : null;
}

function relax(
  { x, y, fixed }: Bodies,
  free: readonly number[],
  all: readonly number[],
  links: readonly [number, number][],
  radius: number,
): void {
  const charge = all.length > 60 ? 500 : 1400;
  for (let step = 0; step < STEPS; step++) {
    const heat = 1 - step / STEPS;
    const dx = new Float64Array(x.length);
    const dy = new Float64Array(x.length);
    for (const a of free) {
      for (const b of all) {
        if (a === b) continue;
        const [gapX, gapY] = [(x[a] ?? 0) - (x[b] ?? 0), (y[a] ?? 0) - (y[b] ?? 0)];
        const square = Math.max(16, gapX * gapX + gapY * gapY);
        dx[a] = (dx[a] ?? 0) + (charge * gapX) / square / 10;
        dy[a] = (dy[a] ?? 0) + (charge * gapY) / square / 10;
      }
      // Nothing drifts away for ever.
      dx[a] = (dx[a] ?? 0) - 0.03 * (x[a] ?? 0);
      dy[a] = (dy[a] ?? 0) - 0.03 * (y[a] ?? 0);
    }
    for (const [tail, head] of links) {
      const [gapX, gapY] = [(x[head] ?? 0) - (x[tail] ?? 0), (y[head] ?? 0) - (y[tail] ?? 0)];
      const length = Math.max(1, Math.hypot(gapX, gapY));
      const pull = (0.12 * (length - SPRING)) / length;
      for (const [vertex, sign] of [
        [tail, 1],
        [head, -1],
      ] as const) {
        dx[vertex] = (dx[vertex] ?? 0) + sign * pull * gapX;
        dy[vertex] = (dy[vertex] ?? 0) + sign * pull * gapY;
      }
    }
    for (const vertex of free) {
      if (fixed[vertex] === 1) continue;
      const move = Math.hypot(dx[vertex] ?? 0, dy[vertex] ?? 0);
      const share = Math.min(1, (14 * heat + 1) / Math.max(1e-9, move));
      const [nextX, nextY] = [
        (x[vertex] ?? 0) + share * (dx[vertex] ?? 0),
        (y[vertex] ?? 0) + share * (dy[vertex] ?? 0),
      ];
      // The ring stays empty: it is the hole.
      const away = Math.hypot(nextX, nextY);
      const least = radius === 0 ? 0 : radius + 26;
      const out = away < least ? least / Math.max(1e-6, away) : 1;
      x[vertex] = nextX * out;
      y[vertex] = nextY * out;
    }
  }
}

/** Scaled to a square of twice `half`. */
function fit({ x, y }: Pick<Bodies, 'x' | 'y'>, all: readonly number[], half: number): void {
  const reach = all.reduce(
    (most, vertex) => Math.max(most, Math.abs(x[vertex] ?? 0), Math.abs(y[vertex] ?? 0)),
    1,
  );
  const scale = Math.min(MOST_SCALE, half / reach);
  for (const vertex of all) {
    x[vertex] = (x[vertex] ?? 0) * scale;
    y[vertex] = (y[vertex] ?? 0) * scale;
  }
}
