import { fittedNames } from './tick-names.js';
import { textWidth, widest } from './text-width.js';

const SIZE = 11;
/** Lines of text closer than that touch. */
const LINE = 15;
const ANGLE = 60;
/** What the axis itself is called, below its labels. */
const TITLE = 24;
const TICK = 10;
const MOST_LABEL = 150;
/** Ticks stand at least this share of their distance from the ends of the axis. */
const PADDING = 0.3;

/** How names stand along an x axis, measured: none is cut, and none lies over another or over the name of the axis. */
export interface NameAxis {
  /** Those that have a label: of more than there is room for every second, third … */
  readonly shown: readonly string[];
  readonly nameOf: (name: string) => string;
  readonly rotated: { readonly tickRotate?: number };
  readonly left: number;
  readonly bottom: number;
}

/** Margins and labels for an axis of these names in a chart so wide. `left`: the margin that its y axis needs. */
export function nameAxis(
  names: readonly string[],
  { width, left, right }: { readonly width: number; readonly left: number; readonly right: number },
): NameAxis {
  const short = fittedNames(names, MOST_LABEL, SIZE);
  const nameOf = (name: string): string => short.get(name) ?? name;
  const distance = (width - left - right) / Math.max(1, names.length);
  const level = names.every((name) => {
    const own = textWidth(nameOf(name), SIZE);
    return own + 8 <= distance && own / 2 <= PADDING * distance + right - 4;
  });
  if (level) return { shown: names, nameOf, rotated: {}, left, bottom: TICK + SIZE + 4 + TITLE };
  const [sine, cosine] = [Math.sin((ANGLE * Math.PI) / 180), Math.cos((ANGLE * Math.PI) / 180)];
  const widened = Math.min(width / 3, left + MOST_LABEL * cosine);
  const every = Math.ceil(LINE / sine / ((width - widened - right) / names.length));
  const shown = names.filter((_, i) => i % every === 0);
  // A label that stands aslant reaches to the left of its tick.
  const reach = Math.max(
    ...shown.map((name, i) => textWidth(nameOf(name), SIZE) * cosine + SIZE - distance * every * i * 0.8),
  );
  return {
    shown,
    nameOf,
    rotated: { tickRotate: -ANGLE },
    left: Math.max(left, Math.ceil(reach)),
    bottom: Math.ceil(TICK + widest(shown.map(nameOf), SIZE) * sine + SIZE) + TITLE,
  };
}
