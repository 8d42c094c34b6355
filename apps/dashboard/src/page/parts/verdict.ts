import { counted, figure } from '../figures.js';
import type { Rows } from '../remote-data.js';
import type { LayerDifferenceRow } from '../rows.js';

/** A comparison in a sentence: where entropy fell, where it rose, and what is not told apart. */
export function verdictOf({ rows, notes }: Rows<LayerDifferenceRow>): string {
  const [a, b] = [notes.get('a') ?? 'A', notes.get('b') ?? 'B'];
  const known = rows.filter(({ difference }) => difference !== null);
  const certain = known.filter((row) => row.certain);
  const lower = certain.filter(({ difference }) => (difference ?? 0) < 0);
  const higher = certain.filter(({ difference }) => (difference ?? 0) > 0);
  const unless = `(q ≥ ${notes.get('certainQ') ?? ''}, or 0 in the interval)`;
  const parts: string[] = [];
  if (lower.length > 0) parts.push(`lower in ${listed(lower)}`);
  if (higher.length > 0) parts.push(`higher in ${listed(higher)}`);
  const open = known.length - certain.length;
  const rest = open === 0 ? '' : ` In ${counted(open, 'layer')} the two are not told apart ${unless}.`;
  const died = rows.reduce((sum, row) => sum + row.died, 0);
  const awoke = rows.reduce((sum, row) => sum + row.awoke, 0);
  // Units of different trainings are not the same units.
  const units = notes.get('replication') === 'runs' ? '' : ` ${counted(died, 'unit')} died, ${awoke} awoke.`;
  if (parts.length === 0)
    return `Entropy of ${b} is not told apart from ${a} in any layer ${unless}.${units}`;
  return `Entropy of ${b} against ${a} is ${parts.join(', and ')}.${rest}${units}`;
}

function listed(rows: readonly LayerDifferenceRow[]): string {
  const shown = [...rows]
    .sort((x, y) => Math.abs(y.difference ?? 0) - Math.abs(x.difference ?? 0))
    .slice(0, 4)
    .map(({ layer, difference, low, high }) => {
      return `${layer ?? ''} (${figure(difference, 2)} [${figure(low, 2)}, ${figure(high, 2)}])`;
    });
  return shown.join(', ') + (rows.length > shown.length ? ` and ${rows.length - shown.length} more` : '');
}
