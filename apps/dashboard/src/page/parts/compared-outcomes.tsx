import { noTestWords, outcomeDigits, UNITS_DIED, type OutcomeRow, type OutcomeRows } from '@unitscope/plots';
import { chance, difference, figure } from '../figures.js';
import { DataTable, knownOf, type TableColumn } from './data-table.js';

/** Which side is better: what their checkpoints' metadata say of it, and how many units died. */
export function ComparedOutcomes({ found: { rows, notes } }: { readonly found: OutcomeRows }) {
  if (rows.length === 0) return null;
  const isOnlyUnits = rows.every(({ name }) => name === UNITS_DIED);
  return (
    <section id="outcomes">
      <h2>{isOnlyUnits ? 'Units that died' : 'Accuracy, loss and units that died'}</h2>
      <DataTable caption="Outcomes compared" columns={knownOf(COLUMNS, rows)} rows={rows} />
      <p class="note">
        {notes.words} Died: sensitive at an earlier checkpoint of its training, and not at its last one of the
        side. {noTestWords(rows)}
        {isOnlyUnits && ' The checkpoints have no accuracy or loss in their metadata.'}
      </p>
    </section>
  );
}

const COLUMNS: readonly TableColumn<OutcomeRow>[] = [
  { name: 'name', label: 'what', value: ({ name }) => name },
  number('mean_a', 'A', (row) => row.mean_a),
  number('mean_b', 'B', (row) => row.mean_b),
  {
    name: 'runs',
    label: 'trainings',
    hint: 'How many trainings the means are over, of A and of B: those with a value',
    value: (row) => `${row.runs_a}, ${row.runs_b}`,
    number: true,
  },
  {
    name: 'difference',
    label: 'B − A',
    value: (row) => row.difference,
    show: (row) => difference(row.difference, outcomeDigits(row)),
    number: true,
  },
  number('low', '95 % from', (row) => row.low),
  number('high', 'to', (row) => row.high),
  { name: 'p', label: 'p', value: ({ p }) => p, show: ({ p }) => chance(p), number: true },
  {
    name: 'q',
    label: 'q',
    hint: 'p, corrected for the number of rows that are tested here',
    value: ({ q }) => q,
    show: ({ q }) => chance(q),
    number: true,
  },
];

function number(
  name: string,
  label: string,
  value: (row: OutcomeRow) => number | null,
): TableColumn<OutcomeRow> {
  return { name, label, value, show: (row) => figure(value(row), outcomeDigits(row)), number: true };
}
