import { counted } from '@unitscope/base';
import { tickNames } from '../marks/tick-names.js';
import type { ComparisonNotes, LayerDifferenceRow, LayerDifferenceRows } from '../rows/change-rows.js';
import { chance, figure } from './figures.js';

/** A sentence names no more layers than that. */
const MOST_NAMED = 4;
const LONG_NAME = 32;

/** A comparison in a sentence: where entropy fell, where it rose, what is not told apart, and what could not be tested. */
export function verdictOf({ rows, notes }: LayerDifferenceRows): string {
  const { a, b } = notes;
  const tested = rows.filter(({ untested }) => untested === null);
  const certain = tested.filter((row) => row.certain);
  const lower = certain.filter(({ difference }) => (difference ?? 0) < 0);
  const higher = certain.filter(({ difference }) => (difference ?? 0) > 0);
  const unless = `(q ≥ ${notes.certain_q}, or 0 in the interval)`;
  const parts = [
    ...(lower.length > 0 ? [`lower in ${listed(lower, rows)}`] : []),
    ...(higher.length > 0 ? [`higher in ${listed(higher, rows)}`] : []),
  ];
  const open = tested.length - certain.length;
  const rest = open === 0 ? '' : ` In ${counted(open, 'layer')} the two are not told apart ${unless}.`;
  const said =
    parts.length > 0
      ? `Entropy of ${b} against ${a} is ${parts.join(', and ')}.${rest}`
      : tested.length > 0
        ? `Entropy of ${b} is not told apart from ${a} in ${tested.length === rows.length ? 'any layer' : counted(open, 'layer')} ${unless}.`
        : `Nothing is said of entropy from ${a} to ${b}.`;
  return `${said}${untestedWords(rows)}${fewWords(notes)}${unitWords(rows, notes)}`;
}

function untestedWords(rows: readonly LayerDifferenceRow[]): string {
  return [...Map.groupBy(rows, ({ untested }) => untested)]
    .flatMap(([why, own]) => {
      if (why === null) return [];
      const names = own.slice(0, MOST_NAMED).map(({ layer }) => shortOf(rows, layer));
      const more = own.length > names.length ? ` and ${own.length - names.length} more` : '';
      return [` Not tested, for ${why}: ${names.join(', ')}${more}.`];
    })
    .join('');
}

/** Few trainings cannot have a small p, whatever they are. */
function fewWords({ least_p: least, certain_q: bound }: ComparisonNotes): string {
  return least === null || least < bound
    ? ''
    : ` With so few trainings no p can be below ${chance(least)}: none can be told apart.`;
}

/** Units of different trainings are not the same units. */
function unitWords(rows: readonly LayerDifferenceRow[], { replication }: ComparisonNotes): string {
  if (replication === 'runs') return '';
  const died = rows.reduce((sum, row) => sum + (row.died ?? 0), 0);
  const awoke = rows.reduce((sum, row) => sum + (row.awoke ?? 0), 0);
  return ` From the one to the other ${counted(died, 'unit')} died, ${awoke} awoke.`;
}

/** What a layer is called in a sentence: of long names what tells them apart. */
function shortOf(all: readonly LayerDifferenceRow[], layer: string | null): string {
  const names = tickNames(
    all.map((row) => row.layer ?? ''),
    LONG_NAME,
  );
  return names.get(layer ?? '') ?? '';
}

function listed(rows: readonly LayerDifferenceRow[], all: readonly LayerDifferenceRow[]): string {
  const shown = [...rows]
    .sort((x, y) => Math.abs(y.difference ?? 0) - Math.abs(x.difference ?? 0))
    .slice(0, MOST_NAMED)
    .map(({ layer, difference, low, high }) => {
      return `${shortOf(all, layer)} (${figure(difference, 2)} [${figure(low, 2)}, ${figure(high, 2)}])`;
    });
  return shown.join(', ') + (rows.length > shown.length ? ` and ${rows.length - shown.length} more` : '');
}
