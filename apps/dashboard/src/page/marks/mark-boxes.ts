import { ROWS } from './mark-row.js';

/** Farther away nothing is pointed at. */
const REACH = 18;

/** A mark and where it stands in its chart, in pixels. */
export interface MarkBox {
  readonly element: Element;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

const known = new WeakMap<Element, readonly MarkBox[]>();

/** The marks of a chart that are shown, in the order in which they were drawn. */
export function markBoxes(chart: Element): readonly MarkBox[] {
  let boxes = known.get(chart);
  if (boxes === undefined) {
    const origin = chart.getBoundingClientRect();
    boxes = [...chart.querySelectorAll(ROWS)].map((element) => boxOf(element, origin));
    known.set(chart, boxes);
  }
  return boxes.filter(({ element }) => !element.hasAttribute('data-off'));
}

function boxOf(element: Element, origin: DOMRect): MarkBox {
  const rect = element.getBoundingClientRect();
  const [left, top] = [rect.left - origin.left, rect.top - origin.top];
  const [right, bottom] = [left + rect.width, top + rect.height];
  return { element, left, top, right, bottom, x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** The mark under a point, else the nearest one within reach. */
export function markNear(boxes: readonly MarkBox[], { x, y }: Point, under: Element | null): MarkBox | null {
  const hit = boxes.find(({ element }) => element === under);
  if (hit !== undefined) return hit;
  let nearest: MarkBox | null = null;
  let least = REACH;
  for (const box of boxes) {
    const away = Math.hypot(
      Math.max(box.left - x, 0, x - box.right),
      Math.max(box.top - y, 0, y - box.bottom),
    );
    if (away < least) [nearest, least] = [box, away];
  }
  return nearest;
}

/** The mark to which an arrow key leads: the next and the one before as they were drawn, or the nearest above or below. */
export function markBy(boxes: readonly MarkBox[], from: Element | null, key: string): MarkBox | null {
  const at = boxes.findIndex(({ element }) => element === from);
  const current = boxes[at];
  if (key === 'Home' || current === undefined) return boxes[0] ?? null;
  if (key === 'End') return boxes.at(-1) ?? null;
  if (key === 'ArrowRight') return boxes[at + 1] ?? current;
  if (key === 'ArrowLeft') return boxes[at - 1] ?? current;
  const sign = key === 'ArrowUp' ? -1 : 1;
  const ahead = boxes.filter((box) => sign * (box.y - current.y) > 0.5);
  const cost = (box: MarkBox): number => 4 * Math.abs(box.x - current.x) + Math.abs(box.y - current.y);
  return ahead.reduce<MarkBox>(
    (best, box) => (best === current || cost(box) < cost(best) ? box : best),
    current,
  );
}
