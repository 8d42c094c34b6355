import type { Markish } from '@observablehq/plot';
import type { MarkRow } from './mark-row.js';
import type { Drawing } from './plot-panel.js';

interface Band {
  /** The field of the place; the interval's ends are `low` and `high`. */
  readonly x: string;
  readonly color: string;
  readonly of?: MarkRow | undefined;
}

/** Intervals as a band. What is under it shows through, so it has an outline: that has the contrast that it lacks. */
export function bandMark(drawing: Drawing, points: readonly object[], { x, color, of }: Band): Markish {
  return drawing.Plot.areaY([...points], {
    ...{ x, y1: 'low', y2: 'high' },
    ...{ fill: color, fillOpacity: 0.13 },
    ...{ stroke: color, strokeWidth: 0.7, strokeDasharray: '1.5 1.5' },
    ...drawing.part(of),
  });
}
