import type { Depth } from '../charts/depth-chart.js';
import type { AcrossRow, AcrossRows } from '../rows/across-rows.js';
import { entropyTitle } from './caption.js';

/** Mean H of the common layers by depth, a line a sweep, at one pair of checkpoints; `category`: null, over all. */
export function acrossModel(
  { rows, notes }: AcrossRows,
  { pair, category }: { readonly pair: string; readonly category: string | null },
): Depth {
  const own = rows.filter((row) => row.pair === pair && row.category === category);
  const line = (name: string, side: 'a' | 'b') => ({
    name,
    points: own.map((row) => ({
      layer: row.layer,
      value: row[`entropy_${side}`],
      low: row[`low_${side}`],
      high: row[`high_${side}`],
    })),
  });
  const title = `Feature entropy by depth, ${notes.a} and ${notes.b}`;
  return {
    title: entropyTitle(title, notes),
    subtitle: `${pair}${category === null ? '' : `, images of ${category}`}. Bands: 95 % bootstrap intervals over units.`,
    label: 'mean feature entropy H (nats)',
    layers: own.map(({ layer }: AcrossRow) => layer),
    lines: [line(notes.a, 'a'), line(notes.b, 'b')],
  };
}
