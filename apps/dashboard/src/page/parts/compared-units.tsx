import type { ChangedRow, UnitDifferenceRows } from '@unitscope/plots';
import type { ViewProps } from '../settings.js';
import { unitDifferenceColumns } from './comparison-columns.js';
import { DataTable } from './data-table.js';
import { Filters, LayerChoice } from './filters.js';
import { changedColumns } from './unit-columns.js';

/** Each leads to its page at B. */
export function MovedUnits({
  found: { rows, notes },
  b,
  ...props
}: ViewProps & { readonly found: UnitDifferenceRows; readonly b: string }) {
  const { layer } = props.settings;
  return (
    <section>
      <h2>Units that moved most</h2>
      <Filters label="Units that are listed">
        <LayerChoice {...props} none="all" />
      </Filters>
      <p class="note">
        {notes.moved} of {notes.units} units × categories that are sensitive in A and in B have holes born at
        other indices (q &lt; {notes.certain_q}){layer === '' ? '' : `, of ${layer}`}.
        {notes.few > 0 &&
          ` ${notes.few.toLocaleString('en')} with fewer than five births on a side stand last: their H says little.`}
        {notes.most_moved !== '' && (
          <>
            {' '}
            By the mean of |B − A| over categories: <strong>{notes.most_moved}</strong>.
          </>
        )}
      </p>
      <DataTable
        caption="Units that moved most"
        columns={unitDifferenceColumns(props, b)}
        rows={rows}
        most={25}
        empty="No unit is sensitive in both."
      />
    </section>
  );
}

/** The units without an H on one side. */
export function ChangedUnits({ rows, ...props }: ViewProps & { readonly rows: readonly ChangedRow[] }) {
  return (
    <section>
      <h2>Units that died or awoke, by category</h2>
      <DataTable
        caption="Units that died or awoke, by category"
        columns={changedColumns<ChangedRow>(
          props,
          'Died: sensitive in A and not in B. Awoke: sensitive in B and not in A',
        )}
        rows={rows}
        most={25}
        empty="None in any category."
      />
    </section>
  );
}
