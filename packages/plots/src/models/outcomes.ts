import type { OutcomeRow } from '../rows/change-rows.js';

/** What the row of the units that died is called among outcomes. */
export const UNITS_DIED = 'units that died';

/** Decimal digits of a row's means: units are counted, and means of few trainings need no more than one. */
export function outcomeDigits({ name }: OutcomeRow): number {
  return name === UNITS_DIED ? 1 : 3;
}

/** Why rows have no p, or ''. */
export function noTestWords(rows: readonly OutcomeRow[]): string {
  const reasons = [...new Set(rows.flatMap(({ untested }) => untested ?? []))];
  return reasons.length === 0 ? '' : `No p: ${reasons.join('; ')}.`;
}

/** What is one value, and which test is made, where sides of several trainings are compared. */
export function betweenRunsWords(replication: 'paired runs' | 'runs', runsA: number, runsB: number): string {
  return replication === 'paired runs'
    ? 'Each training is one value, compared with itself: intervals by Student’s t, p by flips of signs.'
    : `Each training is one value (${runsA} of A, ${runsB} of B): intervals by Welch’s t, p by permutation over trainings.`;
}

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
