import { InputError } from '@unitscope/base';
import type { MarkRow } from '../marks/mark-row.js';

/** More lines in one panel tell a reader nothing; who makes a trend leaves the others out, and says so. */
export const MOST_TREND_LINES = 24;

/** One measured value at a training step; null where there is none. An interval is drawn as a band. */
export interface TrendPoint {
  readonly step: number;
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
  /** All that is known there. */
  readonly row?: MarkRow;
}

export interface TrendSeries {
  readonly name: string;
  readonly points: readonly TrendPoint[];
  /** One of those that the series of this name is the mean of: a thin line in its colour, without a name in the legend. */
  readonly partOf?: string;
  /** What all its points have in common: `{ layer: 'conv1' }`. */
  readonly of?: MarkRow;
}

/** One panel: its own y axis but for those of one scale, the steps shared with the others. */
export interface TrendPanel {
  /** What the y axis shows, with its unit: `mean feature entropy (nats)`. */
  readonly label: string;
  readonly series: readonly TrendSeries[];
  /** A dashed horizontal line, such as what noise would have. */
  readonly reference?: { readonly value: number; readonly label: string };
  /** Panels that name the same one share their y axis, so that they can be compared by eye. */
  readonly scale?: string;
  /** Whether the y axis starts at 0. */
  readonly zero?: boolean;
  /** The least and the greatest value there can be: intervals that go beyond are cut there, and the chart says so. */
  readonly possible?: readonly [least: number, greatest: number];
  /** Where many panels have room beside each other: in the right column. Those of both columns pair up by their order. */
  readonly right?: true;
}

/** Values over training steps in panels, one above the other or in two columns. A name has one colour in all of them. */
export interface Trend {
  readonly title: string;
  readonly subtitle?: string;
  readonly stepLabel?: string;
  /** `log` (the default) spaces steps like a logarithm and has room for step 0; `linear` as they are. */
  readonly stepScale?: 'log' | 'linear';
  /** false: the steps have no order, so that no line joins them. */
  readonly joined?: boolean;
  /**
   * Of few steps and lines that would lie on each other: at each step the series of a panel stand beside each other,
   * their intervals as whiskers. Where steps leave no room for that, as if it were not asked.
   */
  readonly beside?: boolean;
  readonly panels: readonly TrendPanel[];
}

export class TrendDataError extends InputError {
  readonly code = 'TREND_DATA';
}

/** What the axis of steps is called, with its kind where that is not linear. */
export function stepTitle({ stepLabel = 'training step', stepScale = 'log' }: Trend): string {
  return stepScale === 'log' ? `${stepLabel} (log scale)` : stepLabel;
}

/** Every step of the trend, ascending. Throws TrendDataError where there is nothing to draw. */
export function stepsOf(trend: Trend): number[] {
  const steps = new Set<number>();
  for (const { label, series } of trend.panels) {
    for (const { name, points } of series) {
      for (const { step, value } of points) {
        if (!(Number.isFinite(step) && step >= 0)) {
          throw new TrendDataError(`${label}, ${name}: expected steps from 0, found ${step}`);
        }
        if (value !== null) steps.add(step);
      }
    }
  }
  if (steps.size === 0) {
    throw new TrendDataError(`${trend.title}: expected at least one value to draw, found none`);
  }
  return [...steps].sort((a, b) => a - b);
}

/** The panels that have a value to draw. */
export function drawnPanels(trend: Trend): TrendPanel[] {
  return trend.panels.filter(({ series }) =>
    series.some(({ points }) => points.some(({ value }) => value !== null)),
  );
}

/** The names of all series, in the order they first appear, those that stand alone in their panel last. */
export function seriesNames(trend: Trend): { shared: string[]; alone: string[] } {
  const shared = trend.panels.filter((panel) => named(panel).length > 1);
  const names = new Set(shared.flatMap(named));
  const rest = trend.panels.flatMap(named);
  return { shared: [...names], alone: [...new Set(rest)].filter((name) => !names.has(name)) };
}

/** The series that have a name of their own. */
function named({ series }: TrendPanel): string[] {
  return series.filter(({ partOf }) => partOf === undefined).map(({ name }) => name);
}

/** The names that `seriesNames` calls shared, in groups: names of one panel are in one, those that never meet in two. */
export function seriesGroups(trend: Trend): string[][] {
  const groups: string[][] = [];
  for (const names of trend.panels.map(named).filter(({ length }) => length > 1)) {
    const met = groups.filter((group) => group.some((name) => names.includes(name)));
    const joined = [...new Set([...met.flat(), ...names])];
    const at = met[0] === undefined ? groups.length : groups.indexOf(met[0]);
    groups.splice(at, met.length === 0 ? 0 : 1, joined);
    for (const group of met.slice(1)) groups.splice(groups.indexOf(group), 1);
  }
  return groups;
}
