import { SETTLED_MEANS, type LayerRow, type LayerRows } from '@unitscope/plots';
import { chance, figure } from '../figures.js';
import { DataTable, knownOf, type TableColumn } from './data-table.js';

/** One row a layer: from where to where, when it settled, how it goes with the metadata column. */
export function LayersTable({ layers }: { readonly layers: LayerRows }) {
  const { against, shown, first, last } = layers.notes;
  const columns: TableColumn<LayerRow>[] = [
    { name: 'layer', label: 'layer', value: ({ layer }) => layer },
    {
      name: 'map_size',
      label: 'maps',
      value: (row) => row.map_size,
      show: (row) => `${row.map_size}×${row.map_size}`,
      number: true,
    },
    // Of one checkpoint there is no first and last.
    ...(first === last ? [] : [number('first', 'H at first', (row) => row.first, `H at ${first}`)]),
    number('last', first === last ? 'H' : 'H at last', (row) => row.last, `H at ${last}`),
    number('relative_last', 'H / noise', (row) => row.relative_last),
    number('selective_rate_last', 'ε', (row) => row.selective_rate_last),
    {
      name: 'settled',
      label: 'settled at',
      hint: SETTLED_MEANS,
      value: ({ settled, settles }) => settled ?? (settles ? 'not settled' : ''),
    },
  ];
  if (against !== null) columns.push(...correlationColumns(against));
  return (
    <section id="layers">
      <h2>Layers</h2>
      {against !== null && <p class="note">r, ρ and lag are of H with {against}.</p>}
      <DataTable caption="Layers" columns={knownOf(columns, layers.rows)} rows={layers.rows} />
      <p class="note">
        {shown.includes(' of ') && `From ${shown} checkpoints. `}
        {layers.rows.some(({ settles }) => settles) && `${SETTLED_MEANS} `}
        {layers.rows.some(({ p }) => p !== null) &&
          'Checkpoints of one training follow one another: p is too small, and intervals of r and ρ are too narrow.'}
        {against !== null &&
          layers.rows.every(({ p }) => p === null) &&
          'Fewer than five checkpoints have both: no p and no interval.'}
      </p>
    </section>
  );
}

function correlationColumns(against: string): TableColumn<LayerRow>[] {
  const correlation = (r: number | null, low: number | null, high: number | null): string =>
    figure(r, 2) + (low === null || high === null ? '' : ` [${figure(low, 2)}, ${figure(high, 2)}]`);
  return [
    {
      name: 'pearson',
      label: 'Pearson r',
      hint: `Of H with ${against}`,
      value: (row) => row.pearson,
      show: (row) => correlation(row.pearson, row.pearson_low, row.pearson_high),
      number: true,
    },
    {
      name: 'spearman',
      label: 'Spearman ρ',
      hint: `Of H with ${against}`,
      value: (row) => row.spearman,
      show: (row) => correlation(row.spearman, row.spearman_low, row.spearman_high),
      number: true,
    },
    { name: 'p', label: 'p of ρ', value: ({ p }) => p, show: ({ p }) => chance(p), number: true },
    {
      name: 'lag',
      label: 'lag (r)',
      hint: 'By how many checkpoints the column follows H where they agree most',
      value: ({ lag }) => lag,
      show: ({ lag, lag_r: r }) => (lag === null ? '' : `${figure(lag, 0)} (${figure(r, 2)})`),
      number: true,
    },
  ];
}

function number(
  name: string,
  label: string,
  value: (row: LayerRow) => number | null,
  hint?: string,
): TableColumn<LayerRow> {
  return {
    name,
    label,
    value,
    show: (row) => figure(value(row)),
    number: true,
    ...(hint !== undefined && { hint }),
  };
}
