import type { Scatter } from '../charts/scatter-chart.js';
import type { UnitBirths } from '../charts/unit-chart.js';
import type { BirthRows, ScatterRows } from '../rows/unit-rows.js';
import { entropyTitle, partSentence, sentences, type Caption } from './caption.js';

/** Selective rate against H, one point a unit and category. */
export function scatterModel({ rows, notes }: ScatterRows, caption: Caption): Scatter {
  const { checkpoint, category, units } = notes;
  return {
    title: entropyTitle(`Selective rate and feature entropy, ${caption.sweep}, ${checkpoint}`, caption),
    subtitle: sentences(
      `One point a unit${category === null ? ' and category' : `, category ${category}`}; low ε and high H: little effective feature.`,
      partSentence(rows.length, units, 'are sensitive and drawn'),
      ...(caption.also ?? []),
    ),
    xLabel: 'selective rate ε (share of images with a birth)',
    yLabel: 'feature entropy H (nats)',
    groups: [...Map.groupBy(rows, ({ layer }) => layer)].map(([name, own]) => ({
      name,
      points: own.map((row) => ({ x: row.selective_rate, y: row.entropy })),
    })),
  };
}

/** The births of one unit over images, and the hole of one of its maps where there is one. */
export function birthsModel(
  { rows, notes }: BirthRows,
  { sweep }: Pick<Caption, 'sweep'>,
  hole?: UnitBirths['hole'] | null,
): UnitBirths {
  const { unit, layer, checkpoint, category, images, without, threshold } = notes;
  const count = `${images.toLocaleString('en')} ${images === 1 ? 'image' : 'images'}`;
  return {
    title: `Births of unit ${unit} of ${layer}, ${sweep}, ${checkpoint}`,
    subtitle:
      `${count}, ${category === null ? 'all categories' : `category ${category}`}; ` +
      `${without} without a birth. Grey: beyond the threshold of ${threshold}, or index 0: not counted.`,
    births: rows.map(({ index, images: born }) => ({ index, images: born })),
    without,
    threshold,
    ...(hole !== undefined && hole !== null && { hole }),
  };
}
