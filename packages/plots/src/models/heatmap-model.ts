import type { Heatmap } from '../charts/heatmap-chart.js';
import type { HeatRow, HeatRows } from '../rows/unit-rows.js';
import { entropyTitle, partSentence, sentences, shownSentence, type Caption } from './caption.js';

/** H of the units of a layer over the checkpoints. */
export function heatmapModel({ rows, notes }: HeatRows, caption: Caption): Heatmap {
  const { layer, category, axis, checkpoints, shown, looked, range } = notes;
  const over = caption.definition === 'code' ? ' in which the unit is sensitive' : '';
  return {
    title: entropyTitle(`Feature entropy of the units of ${layer}, ${caption.sweep}`, caption),
    subtitle: sentences(
      category === null ? `Mean over the categories${over}.` : `Category ${category}.`,
      ...(caption.also ?? []),
      unitsSentence(rows, notes),
      shownSentence(shown, ', evenly spaced'),
      // Networks that are not of one training may lack the layer.
      partSentence(checkpoints.length, looked, 'checkpoints have the layer'),
    ),
    label: 'nats',
    none: 'not sensitive',
    // Pages of one layer have one scale.
    range,
    columns: checkpoints,
    columnLabel: axis === null ? 'checkpoint' : `checkpoint, by ${axis}`,
    rows: rows.map(({ unit, values }) => ({ name: String(unit), values: Array.from(values) })),
    rowLabel: 'unit',
    of: { layer },
  };
}

/** Which units of how many these are; '' where they are all. */
function unitsSentence(rows: readonly HeatRow[], { units, order, from }: HeatRows['notes']): string {
  if (rows.length === units) return '';
  const which =
    order === 'moved'
      ? `Places ${from + 1} to ${from + rows.length} by how far H moved`
      : `Units ${rows[0]?.unit ?? ''} to ${rows.at(-1)?.unit ?? ''}`;
  return `${which}, ${rows.length} of ${units}; the scale is that of all.`;
}
