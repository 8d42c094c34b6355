import { meanOf } from '@unitscope/base';
import { isLogarithmic, type Definition } from '@unitscope/entropy';
import type { ColumnChart } from '../charts/column-chart.js';
import type { ImageBirthRows, UnitPathRows } from '../rows/unit-rows.js';
import type { MarkRow } from '../marks/mark-row.js';
import type { Trend } from '../trend/trend.js';
import { entropyTitle, shownSentence, sentences, stepLabel, type Caption } from './caption.js';

/** A unit at one checkpoint: mean H over the categories in which it is sensitive, mean ε over all. */
export interface PathPoint {
  readonly checkpoint: string;
  readonly step: number;
  readonly entropy: number | null;
  readonly selectiveRate: number;
  readonly sensitiveIn: number;
  readonly categories: number;
}

/** One point a checkpoint. */
export function pathPoints({ rows }: UnitPathRows, definition: Definition): PathPoint[] {
  return [...Map.groupBy(rows, (row) => row.checkpoint)].map(([checkpoint, group]) => {
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

function pathRow({ checkpoint, step, entropy, selectiveRate, sensitiveIn, categories }: PathPoint): MarkRow {
  return { checkpoint, step, entropy, selective_rate: selectiveRate, sensitive_in: sensitiveIn, categories };
}

/** Whose path it is: the unit, as `unit 7 of conv3`, its training where there are several, and the category where it is one. */
export interface PathSubject {
  readonly name: string;
  readonly run: string | null;
  readonly category: string | null;
}

/** What H and ε of a unit's path are over. */
export function pathWords(definition: Definition, category: string | null): string {
  if (category !== null) return `H and ε in category ${category}.`;
  const over = definition === 'code' ? ' in which the unit is sensitive' : '';
  return `H: mean over the categories${over}; ε: over all.`;
}

/** H and ε of a unit over the checkpoints. */
export function pathModel(
  found: UnitPathRows,
  { name, run, category }: PathSubject,
  caption: Caption,
): Trend {
  const points = pathPoints(found, caption.definition);
  const { axis, shown } = found.notes;
  const of = [name, caption.sweep, run, category === null ? null : `category ${category}`];
  return {
    title: entropyTitle(`Path of ${of.filter((one) => one !== null).join(', ')}`, caption),
    subtitle: sentences(pathWords(caption.definition, category), shownSentence(shown)),
    stepLabel: stepLabel(axis),
    stepScale: axis !== null && isLogarithmic(points.map(({ step }) => step)) ? 'log' : 'linear',
    // What nothing places has no order.
    joined: axis !== null,
    panels: [
      {
        label: 'feature entropy H (nats)',
        series: [
          {
            name: 'H',
            points: points.map((row) => ({ step: row.step, value: row.entropy, row: pathRow(row) })),
          },
        ],
      },
      {
        label: 'selective rate ε',
        series: [
          {
            name: 'ε',
            points: points.map((row) => ({ step: row.step, value: row.selectiveRate, row: pathRow(row) })),
          },
        ],
        zero: true,
      },
    ],
  };
}

/** The birth of each image of a unit, by category where there are several; `name`: as `unit 7 of conv3`. */
export function imagesModel({ rows }: ImageBirthRows, name: string): ColumnChart {
  const several = new Set(rows.map(({ category }) => category)).size > 1;
  return {
    title: `Births over images, ${name}`,
    subtitle: 'One point an image.',
    xLabel: 'image, in the order of the sweep',
    yLabel: 'birth index',
    mark: 'dot',
    ...(several && { by: 'category' }),
    points: rows.flatMap(({ category, image, index }, i) =>
      index === null
        ? []
        : [{ x: i, y: index, series: several ? (category ?? '') : '', row: { category, image, index } }],
    ),
  };
}
