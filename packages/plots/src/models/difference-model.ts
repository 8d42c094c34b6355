import { meanWords } from '@unitscope/entropy';
import type { Differences } from '../charts/difference-chart.js';
import type { LayerDifferenceRows } from '../rows/change-rows.js';
import { scalarsOf } from '../marks/mark-row.js';
import { entropyTitle, type Caption } from './caption.js';

/** What changed in each layer from A to B, with its interval. */
export function differenceModel({ rows, notes }: LayerDifferenceRows, caption: Caption): Differences {
  const { a, b, certain_q: certainQ } = notes;
  return {
    title: entropyTitle(`Change of mean feature entropy from ${a} to ${b}`, caption),
    subtitle: `Over ${meanWords(caption.definition)}; 95 % intervals; full: q < ${certainQ} and 0 outside.`,
    label: 'H of B − H of A (nats)',
    rows: rows.map((row) => ({
      name: row.layer ?? '',
      value: row.difference,
      low: row.low,
      high: row.high,
      certain: row.certain,
      row: scalarsOf(row),
    })),
  };
}
