/** What the row of the units that died is called among outcomes. */
export const UNITS_DIED = 'units that died';

const OUTCOME = /(?:^|_)(?:acc|accuracy|loss|error)$/i;
const HELD_OUT = /^(?:held_?out|hold_?out|test|val|valid|validation|eval)_/i;

/** Of metadata columns those that say how good a checkpoint is, accuracies and losses: held out first. */
export function outcomeNames(columns: readonly string[]): string[] {
  const place = (name: string): number => Number(!HELD_OUT.test(name)) * 2 + Number(!/acc/i.test(name));
  return columns.filter((name) => OUTCOME.test(name)).sort((a, b) => place(a) - place(b));
}

/** The one that says best how a checkpoint generalizes: held-out accuracy, else held-out loss; null: there is none. */
export function heldOutName(columns: readonly string[]): string | null {
  const [first] = outcomeNames(columns);
  return first !== undefined && HELD_OUT.test(first) ? first : null;
}
