import type { ChosenUnitRow } from '@unitscope/plots';
import { setQuery, useAddress } from '../address.js';
import { counted, figure } from '../figures.js';
import { readRange, rangeText, withBound, type Range } from '../range.js';
import { loadRows, useRemote, type Rows } from '../remote-data.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';
import { DataTable, type TableColumn } from './data-table.js';
import { Loaded } from './notices.js';
import { unitColumns } from './unit-columns.js';

/** Which units a brush chose, as the address has it. */
export interface UnitChoice {
  readonly layer: string;
  readonly checkpoint: string;
  readonly entropy: Range | null;
  readonly rate: Range | null;
}

const NONE = { unitsOf: null, unitsAt: null, h: null, eps: null };
const EVERY: Range = { from: null, to: null };

/** The choice of the address; null: none was made. */
export function useUnitChoice(checkpoint: string): UnitChoice | null {
  const { query } = useAddress();
  const [entropy, rate] = [readRange(query.get('h')), readRange(query.get('eps'))];
  if (entropy === null && rate === null) return null;
  return {
    layer: query.get('unitsOf') ?? '',
    checkpoint: query.get('unitsAt') ?? checkpoint,
    entropy,
    rate,
  };
}

/** Puts a choice into the address. */
export function chooseUnits(choice: Partial<UnitChoice> | null): void {
  if (choice === null) setQuery(NONE);
  else
    setQuery({
      unitsOf: choice.layer ?? null,
      unitsAt: choice.checkpoint ?? null,
      h: rangeText(choice.entropy ?? EVERY),
      eps: rangeText(choice.rate ?? EVERY),
    });
}

/** The units that a brush chose, each with a link to its page. */
export function ChosenUnits(props: ViewProps & { readonly choice: UnitChoice }) {
  const { sweep, settings, revision, choice } = props;
  const { layer, checkpoint, entropy, rate } = choice;
  const url = viewUrl(sweep, 'units', {
    ...{ ...lasting(settings), layer, checkpoint },
    ...{ entropyFrom: entropy?.from, entropyTo: entropy?.to, rateFrom: rate?.from, rateTo: rate?.to },
  });
  const units = useRemote<Rows<ChosenUnitRow, object>>(url, loadRows, revision);
  return (
    <section class="chosen-units">
      <h2>Units chosen</h2>
      <Bounds choice={choice} />
      <Loaded remote={units} what="the units chosen">
        {({ rows, total }) => (
          <>
            <p class="note">
              {counted(total, 'unit × category', 'units × categories')}
              {layer !== '' && ` of ${layer}`} at {checkpoint}
              {total > rows.length && `, of which these are the first ${rows.length}`}.
            </p>
            <DataTable
              caption="Units chosen"
              columns={columnsOf(props, checkpoint)}
              rows={rows}
              total={total}
              most={25}
              empty="No sensitive unit lies within these bounds."
            />
          </>
        )}
      </Loaded>
    </section>
  );
}

/** The bounds, to be typed. */
function Bounds({ choice }: { readonly choice: UnitChoice }) {
  const { entropy, rate } = choice;
  return (
    <form
      class="filters"
      aria-label="Bounds of the units chosen"
      onSubmit={(event) => event.preventDefault()}
    >
      <Bound
        label="H from"
        name="from"
        range={entropy}
        set={(range) => chooseUnits({ ...choice, entropy: range })}
      />
      <Bound
        label="H below"
        name="to"
        range={entropy}
        set={(range) => chooseUnits({ ...choice, entropy: range })}
      />
      <Bound
        label="ε from"
        name="from"
        range={rate}
        set={(range) => chooseUnits({ ...choice, rate: range })}
      />
      <Bound
        label="ε below"
        name="to"
        range={rate}
        set={(range) => chooseUnits({ ...choice, rate: range })}
      />
      <button type="button" onClick={() => chooseUnits(null)}>
        Choose none
      </button>
    </form>
  );
}

function columnsOf(props: ViewProps, checkpoint: string): TableColumn<ChosenUnitRow>[] {
  const number = (name: 'entropy' | 'selective_rate', label: string): TableColumn<ChosenUnitRow> => {
    return { name, label, value: (row) => row[name], show: (row) => figure(row[name]), number: true };
  };
  return [
    ...unitColumns<ChosenUnitRow>(props, { checkpoint }),
    number('entropy', 'H'),
    number('selective_rate', 'ε'),
  ];
}

interface BoundProps {
  readonly label: string;
  readonly name: keyof Range;
  readonly range: Range | null;
  readonly set: (range: Range) => void;
}

/** A bound that is typed: what a brush does, by the keyboard. */
function Bound({ label, name, range, set }: BoundProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        type="number"
        min={0}
        step="any"
        value={range?.[name] ?? ''}
        onChange={({ currentTarget: { value } }) =>
          set(withBound(range ?? EVERY, name, value === '' ? null : Number(value)))
        }
      />
    </label>
  );
}
