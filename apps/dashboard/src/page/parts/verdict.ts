import { counted, figure } from '../figures.js';
import type { Rows } from '../remote-data.js';
import type { LayerDifferenceRow } from '../rows.js';

const SURE = 0.05;

/** A comparison in a sentence: where entropy fell, where it rose, and what is not told apart. */
export function verdictOf({ rows, notes }: Rows<LayerDifferenceRow>): string {
  const [a, b] = [notes.get('a') ?? 'A', notes.get('b') ?? 'B'];
  const known = rows.filter(({ difference }) => difference !== null);
  // Ranks and means may disagree: a layer differs for certain where both say so.
  const sure = known.filter(
    ({ q, low, high }) => q !== null && q < SURE && low !== null && high !== null && (low > 0 || high < 0),
  );
  const lower = sure.filter(({ difference }) => (difference ?? 0) < 0);
  const higher = sure.filter(({ difference }) => (difference ?? 0) > 0);
  const parts: string[] = [];
  if (lower.length > 0) parts.push(`lower in ${listed(lower)}`);
  if (higher.length > 0) parts.push(`higher in ${listed(higher)}`);
  const open = known.length - sure.length;
  const rest =
    open === 0
      ? ''
      : ` In ${counted(open, 'layer')} the two are not told apart (q ≥ ${SURE}, or 0 in the interval).`;
  const died = rows.reduce((sum, row) => sum + row.died, 0);
  const awoke = rows.reduce((sum, row) => sum + row.awoke, 0);
  const units = ` ${counted(died, 'unit')} died, ${awoke} awoke.`;
  if (parts.length === 0)
    return `Entropy of ${b} is not told apart from ${a} in any layer (q ≥ ${SURE}, or 0 in the interval).${units}`;
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
