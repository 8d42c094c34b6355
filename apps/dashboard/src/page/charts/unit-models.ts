import { meanOf } from '@unitscope/base';
import { isWide, type Definition } from '@unitscope/entropy';
import type { Trend, UnitBirths } from '@unitscope/plots';
import type { DefinitionWords } from '../definition.js';
import type { Rows } from '../remote-data.js';
import type { BirthRow, UnitPathRow } from '@unitscope/plots';

/** A unit at one checkpoint: mean H over the categories in which it is sensitive, mean ε over all. */
export interface PathPoint {
  readonly checkpoint: string;
  readonly step: number;
  readonly entropy: number | null;
  readonly selectiveRate: number;
  readonly sensitiveIn: number;
  readonly categories: number;
}

export function pathPoints(rows: readonly UnitPathRow[], definition: Definition): PathPoint[] {
  const groups = new Map<string, UnitPathRow[]>();
  for (const row of rows) groups.set(row.checkpoint, [...(groups.get(row.checkpoint) ?? []), row]);
  return [...groups].map(([checkpoint, group]) => {
    const sensitive = group.filter((row) => row.sensitive);
    // By the paper every unit has an H.
    const counted = definition === 'code' ? sensitive : group;
    return {
      checkpoint,
      step: group[0]?.step ?? 0,
      entropy: counted.length === 0 ? null : meanOf(counted.map(({ entropy }) => entropy)),
      selectiveRate: meanOf(group.map((row) => row.selective_rate)),
      sensitiveIn: sensitive.length,
      categories: group.length,
    };
  });
}

export function pathModel(
  title: string,
  points: readonly PathPoint[],
  axis: string,
  { definition, name }: DefinitionWords,
): Trend {
  return {
    title: `${title} (${name})`,
    subtitle: `H: mean over the categories${definition === 'code' ? ' in which the unit is sensitive' : ''}; ε: over all.`,
    stepLabel: axis === '' ? 'checkpoint' : axis === 'step' ? 'training step' : axis,
    stepScale: isWide(points.map(({ step }) => step)) && axis !== '' ? 'log' : 'linear',
    // What nothing places has no order.
    joined: axis !== '',
    panels: [
      {
        label: 'feature entropy H (nats)',
        series: [{ name: 'H', points: points.map(({ step, entropy }) => ({ step, value: entropy })) }],
      },
      {
        label: 'selective rate ε',
        series: [
          { name: 'ε', points: points.map(({ step, selectiveRate }) => ({ step, value: selectiveRate })) },
        ],
        zero: true,
      },
    ],
  };
}

export function birthsModel(title: string, { rows, notes }: Rows<BirthRow>): UnitBirths {
  return {
    title,
    subtitle: `${notes.get('images') ?? ''} images, ${notes.get('without') ?? ''} without a birth.`,
    births: rows.map(({ index, images }) => ({ index, images })),
    without: Number(notes.get('without') ?? 0),
    threshold: Number(notes.get('threshold') ?? 0),
  };
}
