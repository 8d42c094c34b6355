import { counted, firstNames } from '@unitscope/base';
import {
  noTestWords,
  outcomeDigits,
  type ChangedRow,
  type OutcomeRow,
  type OutcomeRows,
} from '@unitscope/plots';
import {
  CERTAIN_Q,
  layerDifferenceRows,
  listedChanges,
  unitDifferenceRows,
  type Comparison,
  type LayerDifference,
} from '@unitscope/query';
import { chance, figure, interval } from './figures.js';

type Cell = string | number;

/** A sentence names no more layers than that. */
const MOST_NAMED = 8;

/** A table's headings and rows. */
export interface ComparisonTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** One row a layer, over all categories; with `categories` one a category as well. */
export function layerTable(comparison: Comparison, { categories = false } = {}): ComparisonTable {
  const { rows, notes } = layerDifferenceRows(comparison, { categories });
  return {
    header: [
      'layer',
      ...(categories ? ['category'] : []),
      ...['H of A', 'H of B', 'values', 'B − A', '95 %', 'p', 'q', 'rank effect', 'died', 'awoke'],
    ],
    rows: rows.map((row) => [
      row.layer ?? '',
      ...(categories ? [row.category ?? 'all'] : []),
      meanText(row.mean_a, row.runs_a, notes.runs_a),
      meanText(row.mean_b, row.runs_b, notes.runs_b),
      row.cells_a === row.cells_b ? row.cells_a : `${row.cells_a}, ${row.cells_b}`,
      figure(row.difference),
      interval(row),
      chance(row.p),
      chance(row.q),
      figure(row.effect, 2),
      row.died ?? '',
      row.awoke ?? '',
    ]),
  };
}

/** Says over how many trainings a mean is, where some have no sensitive unit there. */
function meanText(mean: number | null, runs: number | null, all: number): Cell {
  return runs === null || runs === all || runs === 0
    ? figure(mean)
    : `${figure(mean)} (${runs} of ${all} trainings)`;
}

/** Accuracy, loss and units that died, where there is more than these of one network. */
export function outcomeTable({ rows }: OutcomeRows): ComparisonTable {
  const runsOf = (row: OutcomeRow): string => `${row.runs_a}, ${row.runs_b}`;
  const several = new Set(rows.map(runsOf)).size > 1;
  return {
    header: ['', 'A', 'B', ...(several ? ['trainings'] : []), 'B − A', '95 %', 'p', 'q'],
    rows: rows.map((row) => {
      const digits = outcomeDigits(row);
      return [
        row.name,
        figure(row.mean_a, digits),
        figure(row.mean_b, digits),
        ...(several ? [runsOf(row)] : []),
        figure(row.difference, digits),
        interval(row, digits),
        chance(row.p),
        chance(row.q),
      ];
    }),
  };
}

/** Whether there is more than the units that died, which between two checkpoints of one network stand by name below. */
export function saysMore({ rows }: OutcomeRows): boolean {
  return rows.length > 1;
}

/** Why there is no p, and what counts as one value. */
export function outcomeWords({ rows, notes }: OutcomeRows): string {
  return `${notes.words} ${noTestWords(rows)}`.trim();
}

/** The units that moved most, so many of them. */
export function unitTable(comparison: Comparison, most: number): ComparisonTable {
  return {
    header: ['layer', 'category', 'unit', 'H of A', 'H of B', 'B − A', 'ε of A', 'ε of B', 'q'],
    rows: unitDifferenceRows(comparison)
      .rows.slice(0, most)
      .map((row) => [
        row.layer ?? '',
        row.category ?? '',
        row.unit,
        figure(row.entropy_a),
        figure(row.entropy_b),
        figure(row.difference),
        figure(row.rate_a, 2),
        figure(row.rate_b, 2),
        chance(row.q),
      ]),
  };
}

/** The units that died or awoke, by layer and category: one row a unit, so many of them. */
export function changedTable(comparison: Comparison, most: number): ComparisonTable {
  const rows: readonly ChangedRow[] = listedChanges(comparison);
  return {
    header: ['layer', 'category', 'unit', ''],
    rows: rows
      .slice(0, most)
      .map(({ layer, category, unit, change }) => [layer ?? '', category ?? '', unit, change]),
  };
}

/** What to say where A and B are the same. */
export function sameWords({ checkpointsA }: Comparison): string {
  return checkpointsA === 1
    ? 'A and B are the same checkpoint: nothing differs.'
    : `A and B are the same ${counted(checkpointsA, 'checkpoint')}: nothing differs.`;
}

/** What the comparison comes to, in sentences: which layers differ for certain, which units died or awoke. */
export function comparisonWords(comparison: Comparison): string[] {
  if (comparison.same) return [sameWords(comparison)];
  const { layers } = comparison;
  const whole = layers.filter(({ category }) => category === null);
  const certain = whole.filter((row) => row.certain);
  const size = ({ difference }: LayerDifference): number => Math.abs(difference ?? 0);
  const side = (sign: 1 | -1): readonly string[] =>
    certain
      .filter(({ difference }) => Math.sign(difference ?? 0) === sign)
      .sort((a, b) => size(b) - size(a))
      .map((row) => `${row.layer ?? ''} (${figure(row.difference)} ${interval(row.interval)})`);
  const unsure = whole.filter((row) => !row.certain && row.untested === null).map(({ layer }) => layer ?? '');
  const untested = [...Map.groupBy(whole, (row) => row.untested)].flatMap(([why, rows]) =>
    why === null
      ? []
      : [
          `Not tested, for ${why}: ${named(
            rows.map(({ layer }) => layer ?? ''),
            whole.length,
          )}.`,
        ],
  );
  const units = (count: 'died' | 'awoke'): readonly string[] =>
    whole
      .filter((row) => row[count] > 0)
      .map((row) => {
        const numbers = row[`${count}Units`];
        return numbers.length === 0
          ? `${row[count]} of ${row.layer ?? ''}`
          : `${row.layer ?? ''} ${listed(numbers)}`;
      });
  const said = [
    ['H of B is lower in', named(side(-1), whole.length)],
    ['H of B is higher in', named(side(1), whole.length)],
    [`Not told apart (q ≥ ${CERTAIN_Q}, or 0 in the interval):`, named(unsure, whole.length)],
    ['Units that died:', named(units('died'), whole.length, '; ')],
    ['Units that awoke:', named(units('awoke'), whole.length, '; ')],
  ].flatMap(([words, names]) => (names === '' ? [] : `${words} ${names}.`));
  return [...said, ...untested, ...replicationWords(comparison)];
}

/** What counted as one value. */
function replicationWords({ replication, runsA, runsB, caveat, leastP }: Comparison): string[] {
  const words =
    replication === 'runs'
      ? [`Means are over trainings: ${runsA} of A, ${runsB} of B. Their units are not the same units.`]
      : replication === 'paired runs'
        ? [`Means are over ${runsA} trainings, each compared with itself.`]
        : [];
  const few =
    leastP !== null && leastP >= CERTAIN_Q
      ? [`With so few trainings no p can be below ${chance(leastP)}: none can be told apart.`]
      : [];
  return [...words, ...few, ...(caveat === '' ? [] : [caveat])];
}

/** Layers as they are, or of many how many of how many there are and the first of them. */
function named(texts: readonly string[], layers: number, gap = ', '): string {
  if (texts.length <= MOST_NAMED) return texts.join(gap);
  const rest = texts.length - MOST_NAMED;
  return `${texts.length} of ${layers} layers: ${texts.slice(0, MOST_NAMED).join(gap)}${gap}and ${rest} more`;
}

function listed(units: readonly number[]): string {
  return firstNames(units.map(String), 20);
}
