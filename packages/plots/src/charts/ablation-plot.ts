import { ChartDataError } from '../chart-error.js';

/** A value after so many ablated units; an interval is drawn as a band. */
export interface AblationPoint {
  readonly ablated: number;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export interface AblationLine {
  readonly name: string;
  readonly points: readonly AblationPoint[];
}

/** One kind of order and of images, under its own caption; of each metric its lines. */
export interface AblationColumn {
  readonly caption: string;
  /** By metric, in the order of `metrics`. */
  readonly lines: readonly (readonly AblationLine[])[];
}

/** What becomes of a network's answers while the units of a layer are ablated one after another. */
export interface AblationPlot {
  readonly title: string;
  readonly subtitle: string;
  /** How many units the layer has. */
  readonly units: number;
  /** What is drawn against the number of ablated units: `accuracy`. A share is drawn from 0 to 1. */
  readonly metrics: readonly { readonly label: string; readonly share: boolean }[];
  readonly columns: readonly AblationColumn[];
  /** The line that the others are compared with: drawn grey, behind them. */
  readonly baseline?: string;
}

/** Names of the lines in their order, the baseline last. Throws ChartDataError where there is nothing to draw. */
export function lineNames({ title, columns, baseline }: AblationPlot): string[] {
  const lines = columns.flatMap((column) => column.lines.flat());
  if (!lines.some(({ points }) => points.length > 0))
    throw new ChartDataError(`${title}: no step was evaluated`);
  const names = new Set(lines.map(({ name }) => name));
  const rest = [...names].filter((name) => name !== baseline);
  return baseline !== undefined && names.has(baseline) ? [...rest, baseline] : rest;
}
