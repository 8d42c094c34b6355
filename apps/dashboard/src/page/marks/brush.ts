import type { MarkRow } from '@unitscope/plots';
import type { MarkBox, Point } from './mark-boxes.js';
import { rowOf } from './mark-row.js';

/** What a gesture over a chart chose. */
export interface Brushed {
  /** Of the marks within, in the order in which they were drawn. */
  readonly rows: readonly MarkRow[];
  /** Values of a linear x axis between which it went. */
  readonly x: readonly [from: number, to: number] | null;
  /** Where it began: the row of the mark there. */
  readonly first: MarkRow | null;
}

/** What dragging over a chart does. */
export interface Brush {
  /** `x`: everything between two places along x; `xy`: what is in a rectangle. */
  readonly axes: 'x' | 'xy';
  /** In words, as `shows those steps`. */
  readonly does: string;
  readonly onBrush: (brushed: Brushed) => void;
  /** Undoes it; null: nothing is chosen. */
  readonly onReset: (() => void) | null;
}

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What lies between two points of a chart, as high as the chart where only x counts. */
export function between(a: Point, b: Point, axes: Brush['axes'], height: number): Rectangle {
  const [left, top] = [Math.min(a.x, b.x), axes === 'x' ? 0 : Math.min(a.y, b.y)];
  const rectangle = { left, top, width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
  return axes === 'x' ? { ...rectangle, height } : rectangle;
}

/** The rows and values within a rectangle of a chart. */
export function brushed(
  chart: Element,
  boxes: readonly MarkBox[],
  { left, top, width, height }: Rectangle,
  first: Element | null,
): Brushed {
  const within = boxes.filter(
    ({ x, y }) => x >= left - 1 && x <= left + width + 1 && y >= top - 1 && y <= top + height + 1,
  );
  return {
    rows: within.map(({ element }) => rowOf(element)),
    x: axisValues(chart, left, left + width),
    first: first === null ? null : rowOf(first),
  };
}

/** The values of the chart's x axis at two places; null where it is not linear. */
function axisValues(chart: Element, from: number, to: number): readonly [number, number] | null {
  const panel = chart.querySelector('[data-x]');
  if (panel === null) return null;
  const { domain, range } = JSON.parse(panel.getAttribute('data-x') ?? '') as Record<
    'domain' | 'range',
    [number, number]
  >;
  const offset = panel.getBoundingClientRect().left - chart.getBoundingClientRect().left;
  const valueAt = (x: number): number => {
    const share = (x - offset - range[0]) / (range[1] - range[0]);
    return domain[0] + Math.min(1, Math.max(0, share)) * (domain[1] - domain[0]);
  };
  return [valueAt(from), valueAt(to)];
}
