import type { ChangedRow, UnitDifferenceRows } from '@unitscope/plots';
import { Fragment } from 'preact';
import { sweepPath } from '../address.js';
import { counted, figure } from '../figures.js';
import type { Answer } from '../remote-data.js';
import { lasting, type ViewProps } from '../settings.js';
import { unitDifferenceColumns } from './comparison-columns.js';
import { DataTable } from './data-table.js';
import { Filters, LayerChoice } from './filters.js';
import { changedColumns } from './unit-columns.js';

/** Each leads to its page at B. */
export function MovedUnits({
  found: { rows, notes, total },
  b,
  ...props
}: ViewProps & { readonly found: Answer<UnitDifferenceRows>; readonly b: string }) {
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
        {total > rows.length &&
          ` The table has the first ${rows.length} of ${notes.units} by |B − A|; ${notes.units - rows.length} are left out.`}
        {notes.few > 0 &&
          ` ${notes.few.toLocaleString('en')} with fewer than five births on a side stand last: their H says little.`}
        {notes.most_moved.length > 0 && (
          <>
            {' '}
            By the mean of |B − A| over categories: <MostMoved {...props} units={notes.most_moved} b={b} />.
          </>
        )}
      </p>
      <DataTable
        caption="Units that moved most"
        columns={unitDifferenceColumns(props, b)}
        rows={rows}
        total={total}
        most={25}
        empty="No unit is sensitive in both."
      />
    </section>
  );
}

interface MostMovedProps extends ViewProps {
  readonly units: UnitDifferenceRows['notes']['most_moved'];
  readonly b: string;
}

/** By name, each with its page at B. */
function MostMoved({ sweep, settings, units, b: checkpoint }: MostMovedProps) {
  return (
    <>
      {units.map(({ layer, unit, mean, categories }, i) => (
        <Fragment key={`${layer} ${unit}`}>
          {i > 0 && ', '}
          <a href={sweepPath(sweep, 'unit', { ...lasting(settings), layer, unit, checkpoint })}>
            {layer} {unit}
          </a>{' '}
          ({figure(mean, 2)} nats, {counted(categories, 'category', 'categories')})
        </Fragment>
      ))}
    </>
  );
}

/** The units without an H on one side. */
export function ChangedUnits({
  rows,
  total,
  ...props
}: ViewProps & { readonly rows: readonly ChangedRow[]; readonly total: number }) {
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
        total={total}
        most={25}
        empty="None in any category."
      />
    </section>
  );
}
