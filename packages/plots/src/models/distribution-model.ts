import type { Distribution } from '../charts/distribution-chart.js';
import type { SpreadRows } from '../rows/unit-rows.js';
import { scalarsOf } from '../marks/mark-row.js';
import { entropyTitle, sentences, shownSentence, type Caption } from './caption.js';

/** How H is spread over the units of each layer, a ridge a layer and checkpoint. */
export function distributionModel({ rows, notes }: SpreadRows, caption: Caption): Distribution {
  const { category, shown } = notes;
  const units = caption.definition === 'code' ? 'Sensitive' : 'All';
  const values = category === null ? 'one value a unit and category' : `category ${category}`;
  return {
    title: entropyTitle(`Distribution of feature entropy by layer, ${caption.sweep}`, caption),
    subtitle: sentences(
      `${units} units, ${values}; smoothed (Gaussian kernel), every ridge with the same area; the deepest layer at the bottom.`,
      ...(caption.also ?? []),
      shownSentence(shown),
    ),
    label: 'feature entropy H (nats)',
    layers: [...new Set(rows.map(({ layer }) => layer))],
    groups: [...Map.groupBy(rows, ({ checkpoint }) => checkpoint)].map(([name, own]) => ({
      name,
      of: { checkpoint: name },
      values: own.map((row) => {
        return { layer: row.layer, values: Array.from(row.values), row: scalarsOf(row) };
      }),
    })),
  };
}
