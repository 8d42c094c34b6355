import { sweepPath } from '../address.js';
import { lasting, type ViewProps } from '../settings.js';
import type { TableColumn } from './data-table.js';

/** A row of one unit in one category. */
interface UnitRow {
  readonly layer: string | null;
  readonly category: string | null;
  readonly unit: number;
}

/** Which unit a row is of, with a link to its page, at a checkpoint where one is given. */
export function unitColumns<Row extends UnitRow>(
  { sweep, settings }: ViewProps,
  at: { readonly checkpoint?: string } = {},
): TableColumn<Row>[] {
  return [
    { name: 'layer', label: 'layer', value: ({ layer }) => layer },
    { name: 'category', label: 'category', value: ({ category }) => category },
    {
      name: 'unit',
      label: 'unit',
      value: ({ unit }) => unit,
      show: ({ layer, category, unit }) => (
        <a href={sweepPath(sweep, 'unit', { ...lasting(settings), layer, category, unit, ...at })}>{unit}</a>
      ),
      number: true,
    },
  ];
}

/** What became of a unit in a category, after `unitColumns`. */
export function changedColumns<Row extends UnitRow & { readonly change: string }>(
  props: ViewProps,
  hint: string,
): TableColumn<Row>[] {
  return [...unitColumns<Row>(props), { name: 'change', label: 'what', hint, value: ({ change }) => change }];
}
