import { InputError } from '@unitscope/base';
import { POINTS, type Length } from './length.js';
import type { Look } from './look.js';

/** How large a chart is where it is printed. */
export interface PrintSize {
  readonly width: Length;
  /** Left out: as high as the chart needs. */
  readonly height?: Length | undefined;
  /** Points of the smallest text. Left out: 7, of narrow charts down to 6; on a page 7.5. */
  readonly text?: number | undefined;
}

/** Smaller text is hard to read on paper. */
export const LEAST_TEXT = 6;
const USUAL_TEXT = 7;
/** What the smallest text of all charts is in units of the drawing. */
const SMALLEST = 10;
/** In fewer units no chart has room. */
const LEAST_UNITS = 260;

/** A chart cannot be as small as that. */
export class PrintSizeError extends InputError {
  readonly code = 'CHART_SIZE';
}

/**
 * How a chart is drawn so that it has a size on paper: it is laid out for that width, not scaled. Throws PrintSizeError where texts
 * would be smaller than LEAST_TEXT.
 */
export function printLook({ width, height, text }: PrintSize): Pick<Look, 'width' | 'height' | 'paper'> {
  const points = pointsOf(width);
  const { unit } = width;
  if (text !== undefined && text < LEAST_TEXT)
    throw new PrintSizeError(`expected text of at least ${LEAST_TEXT}pt, found ${text}pt`);
  const usual = unit === 'px' ? SMALLEST * POINTS.px : USUAL_TEXT;
  const narrow = Math.max(LEAST_TEXT, Math.min(usual, (SMALLEST * points) / LEAST_UNITS));
  const units = (points / (text ?? narrow)) * SMALLEST;
  if (units < LEAST_UNITS - 1e-6) {
    const least = (LEAST_UNITS * (text ?? LEAST_TEXT)) / SMALLEST / POINTS[unit];
    throw new PrintSizeError(
      `expected a width of at least ${Math.ceil(least * 10) / 10}${unit}, so that its smallest text has ${text ?? LEAST_TEXT}pt; found ${width.value}${unit}`,
    );
  }
  const high = height === undefined ? undefined : (pointsOf(height) / points) * Math.round(units);
  return { width: Math.round(units), height: high, paper: width };
}

export function pointsOf({ value, unit }: Length): number {
  return value * POINTS[unit];
}
