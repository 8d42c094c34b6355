import { chance, difference, figure } from '../figures.js';
import type { LayerDifferenceRow, UnitDifferenceRow } from '../rows.js';
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
  {
    name: 'difference',
    label: 'B − A',
    value: (row) => row.difference,
    show: (row) => difference(row.difference),
    number: true,
  },
  number('low', '95 % from', (row) => row.low),
  number('high', 'to', (row) => row.high),
  { name: 'p', label: 'p', value: ({ p }) => p, show: ({ p }) => chance(p), number: true },
  { name: 'q', label: 'q', value: ({ q }) => q, show: ({ q }) => chance(q), number: true },
  {
    name: 'effect',
    label: 'effect',
    hint: 'Rank-biserial: −1, B wholly below A, to 1',
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

function number(
  name: string,
  label: string,
  value: (row: LayerDifferenceRow) => number | null,
): TableColumn<LayerDifferenceRow> {
  return { name, label, value, show: (row) => figure(value(row)), number: true };
}

/** What changed in a unit; its link leads to it at `checkpoint`. */
export function unitDifferenceColumns(
  props: ViewProps,
  checkpoint: string,
): TableColumn<UnitDifferenceRow>[] {
  return [
    ...unitColumns<UnitDifferenceRow>(props, { checkpoint }),
    {
      name: 'entropy_a',
      label: 'H of A',
      value: (row) => row.entropy_a,
      show: (row) => figure(row.entropy_a),
      number: true,
    },
    {
      name: 'entropy_b',
      label: 'H of B',
      value: (row) => row.entropy_b,
      show: (row) => figure(row.entropy_b),
      number: true,
    },
    {
      name: 'difference',
      label: 'B − A',
      value: (row) => row.difference,
      show: (row) => difference(row.difference),
      number: true,
    },
    { name: 'q', label: 'q', value: ({ q }) => q, show: ({ q }) => chance(q), number: true },
  ];
}
