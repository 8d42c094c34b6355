import type { MarkRow } from '@unitscope/plots';
import type { HTMLAttributes } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { navigate } from '../address.js';
import { between, brushed, type Brush, type Rectangle } from './brush.js';
import { legendKey, pointOut } from './linked-rows.js';
import { markBoxes, markBy, markNear, type MarkBox, type Point } from './mark-boxes.js';
import { ENTRIES, PARTS, rowOf } from './mark-row.js';

/** Shorter drags are clicks. */
const LEAST_DRAG = 5;
/** The tooltip of a larger mark stands where the pointer is. */
const LARGE = 40;

/** The mark that is pointed at, by the pointer or by the arrow keys. */
export interface PointedMark {
  readonly element: Element;
  readonly row: MarkRow;
  readonly at: Point;
  readonly byKeys: boolean;
}

export interface MarkOptions {
  /** Where a click on a mark leads. */
  readonly hrefOf: ((row: MarkRow) => string | null) | undefined;
  readonly brush: Brush | undefined;
}

export interface Marks {
  readonly pointed: PointedMark | null;
  readonly drag: Rectangle | null;
  /** For the element that holds the chart. */
  readonly handlers: HTMLAttributes<HTMLDivElement>;
}

interface Drag {
  readonly from: Point;
  readonly first: Element | null;
}

/** Points at the marks of a chart, follows their links, and brushes over them: by the pointer and by the keyboard alike. */
export function useMarks(chart: Element | null, { hrefOf, brush }: MarkOptions): Marks {
  const [pointed, showPointed] = useState<PointedMark | null>(null);
  const [drag, showDrag] = useState<Rectangle | null>(null);
  // Keys may come faster than the page is drawn: the next begins where the last has led.
  const now = useRef<Now>({ pointed: null, drag: null });
  const setPointed = (mark: PointedMark | null): void => showPointed((now.current.pointed = mark));
  const setDrag = (rectangle: Rectangle | null): void => showDrag((now.current.drag = rectangle));
  const begun = useRef<Drag | null>(null);
  const point = (box: MarkBox | null, at: Point | null, part: Element | null = null): void => {
    const place = box !== null && at !== null && box.right - box.left > LARGE ? at : box;
    setPointed(
      box === null || place === null
        ? null
        : {
            element: box.element,
            row: rowOf(box.element),
            at: { x: place.x, y: place.y },
            byKeys: at === null,
          },
    );
    const of = box?.element ?? part;
    pointOut(of === null ? null : rowOf(of), chart === null ? undefined : legendKey(chart));
  };
  const setAside = (): void => setPointed(null);
  const close = (): void => {
    begun.current = null;
    setDrag(null);
    point(null, null);
  };
  useEffect(() => {
    setPointed(null);
    setDrag(null);
  }, [chart]);
  useEffect(() => {
    if (pointed === null) return undefined;
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') close();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [pointed === null]);
  const draw = (to: Point): void => {
    if (chart === null || brush === undefined || begun.current === null) return;
    setDrag(between(begun.current.from, to, brush.axes, chart.getBoundingClientRect().height));
  };
  const finish = (): void => {
    const { drag: chosen } = now.current;
    if (chart !== null && chosen !== null && brush !== undefined)
      brush.onBrush(brushed(chart, markBoxes(chart), chosen, begun.current?.first ?? null));
    close();
  };
  const follow = (): void => {
    const { pointed: mark } = now.current;
    const href = mark === null ? null : (hrefOf?.(mark.row) ?? null);
    if (href !== null) navigate(href);
  };
  const parts: Parts = { chart, brush, begun, now, point, setAside, draw, close, finish, follow };
  return { pointed, drag, handlers: { ...pointerHandlers(parts), ...keyHandlers(parts) } };
}

/** What is pointed at and brushed over, also before it is shown. */
interface Now {
  pointed: PointedMark | null;
  drag: Rectangle | null;
}

interface Parts {
  readonly chart: Element | null;
  readonly brush: Brush | undefined;
  readonly begun: { current: Drag | null };
  readonly now: { readonly current: Now };
  readonly point: (box: MarkBox | null, at: Point | null, part?: Element | null) => void;
  /** Takes the tooltip away: the entry of a legend says by itself what it is of. */
  readonly setAside: () => void;
  readonly draw: (to: Point) => void;
  readonly close: () => void;
  readonly finish: () => void;
  readonly follow: () => void;
}

function pointerHandlers(parts: Parts): HTMLAttributes<HTMLDivElement> {
  const { chart, brush, begun, now, point, setAside, draw, close, finish, follow } = parts;
  const place = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = chart?.getBoundingClientRect() ?? { left: 0, top: 0 };
    return { x: clientX - left, y: clientY - top };
  };
  const near = (event: MouseEvent): MarkBox | null => {
    const under = event.target instanceof Element ? event.target : null;
    return chart === null ? null : markNear(markBoxes(chart), place(event), under);
  };
  return {
    onPointerDown: (event) => {
      if (event.pointerType === 'touch') point(near(event), place(event));
      else if (brush !== undefined && event.button === 0 && !isEntry(event))
        begun.current = { from: place(event), first: near(event)?.element ?? null };
    },
    onPointerMove: (event) => {
      const from = begun.current?.from;
      const at = place(event);
      if (
        from !== undefined &&
        (now.current.drag !== null || Math.hypot(at.x - from.x, at.y - from.y) > LEAST_DRAG)
      ) {
        event.currentTarget.setPointerCapture(event.pointerId);
        draw(at);
      } else if (isEntry(event)) {
        setAside();
      } else {
        const part = event.target instanceof Element ? event.target.closest(PARTS) : null;
        point(near(event), at, part);
      }
    },
    onPointerUp: () => {
      if (now.current.drag !== null) finish();
      begun.current = null;
    },
    onPointerLeave: ({ pointerType }) => {
      if (pointerType !== 'touch' && now.current.drag === null) close();
    },
    onClick: (event) => {
      if (!isEntry(event)) follow();
    },
    onDblClick: () => brush?.onReset?.(),
  };
}

function keyHandlers(parts: Parts): HTMLAttributes<HTMLDivElement> {
  const { chart, brush, begun, now, point, draw, close, finish, follow } = parts;
  const step = (event: KeyboardEvent): void => {
    const { pointed } = now.current;
    const to = chart === null ? null : markBy(markBoxes(chart), pointed?.element ?? null, event.key);
    if (to === null) return;
    event.preventDefault();
    if (event.shiftKey && brush !== undefined) {
      begun.current ??= { from: pointed?.at ?? to, first: pointed?.element ?? to.element };
      draw(to);
    }
    point(to, null);
  };
  return {
    onKeyDown: (event) => {
      if (event.currentTarget !== event.target) return;
      if (/^(?:Arrow(?:Left|Right|Up|Down)|Home|End)$/.test(event.key)) step(event);
      else if (event.key === 'Enter') (now.current.drag === null ? follow : finish)();
    },
    onBlur: () => {
      if (now.current.pointed?.byKeys === true) close();
    },
  };
}

function isEntry({ target }: Event): boolean {
  return target instanceof Element && target.closest(ENTRIES) !== null;
}
