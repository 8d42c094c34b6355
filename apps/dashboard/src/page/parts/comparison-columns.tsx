import type { LayerDifferenceRow, UnitDifferenceRow } from '@unitscope/plots';
import { chance, difference, figure } from '../figures.js';
import type { ViewProps } from '../settings.js';
import type { TableColumn } from './data-table.js';
import { unitColumns } from './unit-columns.js';

/** What changed in a layer. */
export const LAYER_COLUMNS: readonly TableColumn<LayerDifferenceRow>[] = [
  { name: 'layer', label: 'layer', value: ({ layer }) => layer },
  number('mean_a', 'H of A', (row) => row.mean_a),
  number('mean_b', 'H of B', (row) => row.mean_b),
  {
    name: 'runs',
    label: 'trainings',
    hint: 'How many trainings the means are over, of A and of B: those with a sensitive unit in the layer',
    value: (row) => (row.runs_a === null ? '' : `${row.runs_a}, ${row.runs_b ?? ''}`),
    number: true,
  },
  {
    name: 'cells',
    label: 'values',
    hint: 'How many units × categories × checkpoints the means rest on, of A and of B',
    value: (row) => `${row.cells_a}, ${row.cells_b}`,
    number: true,
  },
  differenceColumn(),
  number('low', '95 % from', (row) => row.low),
  number('high', 'to', (row) => row.high),
  { name: 'p', label: 'p', value: ({ p }) => p, show: ({ p }) => chance(p), number: true },
  adjustedColumn(),
  {
    name: 'effect',
    label: 'rank effect',
    hint: 'Rank-biserial correlation of single units: −1, all of B below A, to 1. B − A is of means over categories: a few units that moved far can turn its sign',
    value: ({ effect }) => effect,
    show: ({ effect }) => difference(effect, 2),
    number: true,
  },
  {
    name: 'died',
    label: 'died',
    hint: 'Sensitive in A and not in B',
    value: ({ died }) => died,
    number: true,
  },
  {
    name: 'awoke',
    label: 'awoke',
    hint: 'Sensitive in B and not in A',
    value: ({ awoke }) => awoke,
    number: true,
  },
];

function number<Row>(name: string, label: string, value: (row: Row) => number | null): TableColumn<Row> {
  return { name, label, value, show: (row) => figure(value(row)), number: true };
}

function differenceColumn<Row extends { readonly difference: number | null }>(): TableColumn<Row> {
  return {
    name: 'difference',
    label: 'B − A',
    value: (row) => row.difference,
    show: (row) => difference(row.difference),
    number: true,
  };
}

function adjustedColumn<Row extends { readonly q: number | null }>(): TableColumn<Row> {
  return { name: 'q', label: 'q', value: ({ q }) => q, show: ({ q }) => chance(q), number: true };
}

/** What changed in a unit; its link leads to it at `checkpoint`. */
export function unitDifferenceColumns(
  props: ViewProps,
  checkpoint: string,
): TableColumn<UnitDifferenceRow>[] {
  return [
    ...unitColumns<UnitDifferenceRow>(props, { checkpoint }),
    number('entropy_a', 'H of A', (row) => row.entropy_a),
    number('entropy_b', 'H of B', (row) => row.entropy_b),
    differenceColumn(),
    number('rate_a', 'ε of A', (row) => row.rate_a),
    number('rate_b', 'ε of B', (row) => row.rate_b),
    { ...adjustedColumn<UnitDifferenceRow>(), hint: 'Are its holes born at other indices in B than in A?' },
  ];
}
