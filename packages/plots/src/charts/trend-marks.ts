import type { Markish } from '@observablehq/plot';
import { bandMark } from '../marks/band.js';
import { plainStyle, type SeriesStyle, type Theme } from '../marks/palette.js';
import type { MarkRow } from '../marks/mark-row.js';
import type { Drawing } from '../marks/plot-panel.js';
import type { StepAxis } from '../marks/step-axis.js';
import { stepsOf, type TrendPanel, type TrendPoint } from '../trend/trend.js';

/** What a symbol needs to stand free of its neighbours, and what is left between those of two steps, in px. */
const SYMBOL = 6;
const LEAST_SYMBOL = 4;
const GAP = 1.3;

/** How series stand beside each other, in px: from one to the next, and what the first and the last step need at the sides. */
export interface Beside {
  readonly distance: number;
  readonly inset: number;
}

/** The series of one step beside each other; null where steps have no room for that. `room`: px of the axis. */
export function besideOf(panels: readonly TrendPanel[], axis: StepAxis, room: number): Beside | null {
  const most = Math.max(...panels.map((panel) => wholes(panel).length));
  const places = stepsOf({ title: '', panels }).map((step) => axis.position(step));
  const closest = Math.min(...places.slice(1).map((place, i) => place - (places[i] ?? 0)), 1);
  // The axis is as much shorter as the sides need.
  const distance = Math.min(SYMBOL, (closest * (room - most * SYMBOL)) / (most * GAP));
  return most < 2 || distance < LEAST_SYMBOL ? null : { distance, inset: (most * distance) / 2 };
}

function aside({ distance }: Beside, i: number, count: number): number {
  return (i - (count - 1) / 2) * distance;
}

function wholes({ series }: TrendPanel): TrendPanel['series'] {
  return series.filter(({ partOf }) => partOf === undefined);
}

/** What means are of, thin and behind them. */
export function partMarks(drawing: Drawing, panel: TrendPanel, styles: readonly SeriesStyle[]): Markish[] {
  const { Plot, theme } = drawing;
  return panel.series.flatMap(({ partOf, points, of }) => {
    if (partOf === undefined) return [];
    const stroke = styleOf(partOf, styles, theme).color;
    const ordered = points.toSorted((a, b) => a.step - b.step);
    const known = ordered.filter(({ value }) => value !== null);
    const lone = known.length === 1;
    const line = { x: 'step', y: 'value' };
    // A page points at what has no symbol in a paper.
    const dotted = lone || drawing.look.linked;
    return [
      ...(lone ? [] : [Plot.lineY(ordered, { ...line, stroke, strokeWidth: 0.6, ...drawing.part(of) })]),
      ...(dotted
        ? [Plot.dot(known, { ...line, stroke: lone ? stroke : 'none', r: 2, ...drawing.rows(known, rowOf) })]
        : []),
    ];
  });
}

/** Intervals as bands, or as whiskers where series stand beside each other. */
export function intervalMarks(
  drawing: Drawing,
  panel: TrendPanel,
  styles: readonly SeriesStyle[],
  beside: Beside | null,
): Markish[] {
  const { Plot, theme } = drawing;
  return wholes(panel).map(({ name, points, of }, i, { length }): Markish => {
    const known = points.filter(({ low, high }) => typeof low === 'number' && typeof high === 'number');
    const { color } = styleOf(name, styles, theme);
    if (beside === null) return bandMark(drawing, known, { x: 'step', color, of });
    const place = { x: 'step', y1: 'low', y2: 'high', ...drawing.part(of) };
    return Plot.ruleX(known, { ...place, stroke: color, strokeWidth: 1.2, dx: aside(beside, i, length) });
  });
}

/** Lines, where steps have an order, and symbols. */
export function lineMarks(
  drawing: Drawing,
  panel: TrendPanel,
  styles: readonly SeriesStyle[],
  { joined, beside }: { readonly joined: boolean; readonly beside: Beside | null },
): Markish[] {
  const { Plot, theme } = drawing;
  return wholes(panel).flatMap(({ name, points, of }, i, { length }) => {
    const { color, symbol, dash } = styleOf(name, styles, theme);
    const ordered = [...points].sort((a, b) => a.step - b.step);
    const measured = ordered.filter(({ value }) => value !== null);
    const place = { x: 'step', y: 'value', dx: beside === null ? 0 : aside(beside, i, length) };
    const line = {
      stroke: color,
      strokeWidth: beside === null ? 1.75 : 1.2,
      strokeDasharray: dash,
      ...drawing.part(of),
    };
    return [
      ...(joined ? [Plot.lineY(ordered, { ...place, ...line })] : []),
      Plot.dot(measured, { ...place, fill: color, symbol, r: 3.2, ...drawing.rows(measured, rowOf) }),
    ];
  });
}

function rowOf({ row }: TrendPoint): MarkRow | undefined {
  return row;
}

function styleOf(name: string, styles: readonly SeriesStyle[], theme: Theme): SeriesStyle {
  return styles.find((style) => style.name === name) ?? plainStyle(name, theme.ink);
}
