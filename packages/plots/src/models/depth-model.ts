import { evenly } from '@unitscope/entropy';
import type { Depth } from '../charts/depth-chart.js';
import { trendPoint, type TrendRow, type TrendRows } from '../rows/trend-rows.js';
import { entropyTitle, overWords, partSentence, sentences, type Caption } from './caption.js';

export interface DepthOptions {
  /** H against the H of noise of the same map size. */
  readonly relative: boolean;
  /** The one that is drawn; left out: all, of many so many evenly spaced ones. */
  readonly checkpoint?: string | undefined;
  readonly most: number;
}

/** A checkpoint's rows, one a layer. */
export interface DepthLine {
  readonly checkpoint: string;
  readonly rows: readonly TrendRow[];
}

/** The checkpoints that have a line. */
export function depthLines({ rows }: TrendRows, { checkpoint, most }: DepthOptions): DepthLine[] {
  const lines = [...Map.groupBy(rows, (row) => row.checkpoint)];
  const chosen = lines.filter(([label]) => checkpoint === undefined || label === checkpoint);
  return evenly(chosen, most).map(([label, own]) => ({ checkpoint: label, rows: own }));
}

/** H of a layer, or H against noise, with its interval. */
export function depthValue(
  row: TrendRow,
  { relative }: Pick<DepthOptions, 'relative'>,
): { readonly value: number | null; readonly low: number | null; readonly high: number | null } {
  return relative
    ? { value: row.relative, low: row.relative_low, high: row.relative_high }
    : { value: row.entropy, low: row.low, high: row.high };
}

/** Mean H by layer, one line a checkpoint. */
export function depthModel(trend: TrendRows, caption: Caption, options: DepthOptions): Depth {
  const lines = depthLines(trend, options);
  const all =
    options.checkpoint === undefined ? new Set(trend.rows.map((row) => row.checkpoint)).size : lines.length;
  // Where fewer than five units of each layer are sensitive, no band is drawn.
  const hasBands = lines.some(({ rows }) => rows.some((row) => depthValue(row, options).low !== null));
  const bands = hasBands
    ? '; bands (of many lines, of the first and the last): 95 % bootstrap intervals over units'
    : '';
  return {
    title: entropyTitle(`Feature entropy by depth, ${caption.sweep}`, caption),
    subtitle: sentences(
      `Mean over ${overWords(caption, trend.notes.category)}${bands}.`,
      ...(caption.also ?? []),
      partSentence(lines.length, all, 'checkpoints'),
    ),
    label: options.relative ? 'H / H of noise' : 'mean feature entropy H (nats)',
    layers: [...new Set(trend.rows.map(({ layer }) => layer))],
    lines: lines.map(({ checkpoint, rows }) => ({
      name: checkpoint,
      of: { checkpoint },
      points: rows.map((row) => {
        const shown = trendPoint(row, trend.notes.against);
        return { layer: row.layer, ...depthValue(row, options), row: shown };
      }),
    })),
  };
}
