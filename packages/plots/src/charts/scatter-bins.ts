/** So many bins to a side: a person tells their colours apart, and 10 million points are no more. */
const BINS = 20;

/** A point, or as many points as fell into a bin. */
export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  /** Default 1. */
  readonly count?: number | undefined;
}

export interface ScatterBin {
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
  readonly count: number;
}

/** The upper end of the axis of values that reach `high`. */
export function scatterTop(high: number): number {
  return Math.max(0.5, Math.ceil(2 * high) / 2);
}

/** How many points fall into each bin of [0, 1] × [0, top]; bins without one are left out. Bins again to the same bins. */
export function scatterBins(points: Iterable<ScatterPoint>, top: number): ScatterBin[] {
  const counts = new Map<number, number>();
  for (const { x, y, count = 1 } of points) {
    const column = Math.min(BINS - 1, Math.max(0, Math.floor(x * BINS)));
    const row = Math.min(BINS - 1, Math.max(0, Math.floor((y / top) * BINS)));
    const at = row * BINS + column;
    counts.set(at, (counts.get(at) ?? 0) + count);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([at, count]) => {
      const [row, column] = [Math.floor(at / BINS), at % BINS];
      return {
        x1: column / BINS,
        x2: (column + 1) / BINS,
        y1: (row * top) / BINS,
        y2: ((row + 1) * top) / BINS,
        count,
      };
    });
}
