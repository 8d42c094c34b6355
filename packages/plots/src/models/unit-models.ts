import type { Scatter } from '../charts/scatter-chart.js';
import type { UnitBirths } from '../charts/unit-chart.js';
import type { BinRows } from '../rows/layer-rows.js';
import type { BirthRows, ScatterRows } from '../rows/unit-rows.js';
import { entropyTitle, partSentence, sentences, type Caption } from './caption.js';

const AXES = {
  xLabel: 'selective rate ε (share of images with a birth)',
  yLabel: 'feature entropy H (nats)',
} as const;

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
    ...AXES,
    groups: [...Map.groupBy(rows, ({ layer }) => layer)].map(([name, own]) => ({
      name,
      points: own.map((row) => ({ x: row.selective_rate, y: row.entropy })),
    })),
  };
}

/** The same of units that were counted in bins: each bin is a point in its middle, as many as it counts. */
export function binsModel({ rows, notes }: BinRows, title: string): Scatter {
  return {
    title,
    subtitle: 'The colour is how many units fall there.',
    ...AXES,
    top: notes.top,
    groups: [...Map.groupBy(rows, ({ layer }) => layer)].map(([name, bins]) => ({
      name,
      points: bins.map((bin) => ({
        x: (bin.rate_from + bin.rate_to) / 2,
        y: (bin.entropy_from + bin.entropy_to) / 2,
        count: bin.units,
      })),
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
