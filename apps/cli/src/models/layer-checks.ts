import type { LayerCheck } from '@unitscope/models';
import { shownText } from '@unitscope/base';
import { firstRows } from '../results/first-rows.js';

/** What `layers --check` says of a layer, as JSON has it. */
export function checkJson({ verdict, difference, births, reason }: LayerCheck): object {
  const known = Number.isFinite(difference) ? difference : null;
  return { verdict, difference: verdict === 'not checked' ? null : known, births, reason: reason ?? null };
}

/** The table that `layers --check` prints below that of the layers, and a line that sums it up. */
export function checkTable(checks: readonly LayerCheck[], all: true | undefined): string {
  const rows = checks.map(({ layer, verdict, difference, births, reason }) => [
    layer.index,
    layer.name,
    verdict,
    verdict === 'equal' || verdict === 'not checked' ? '' : difference.toPrecision(2),
    reason !== undefined ? '' : births === null ? 'not square' : birthsText(births),
    reason ?? '',
  ]);
  const count = (wanted: LayerCheck['verdict']): number =>
    checks.filter(({ verdict }) => verdict === wanted).length;
  const counts = (['equal', 'last bits', 'differs', 'not checked'] as const)
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${verdict}`);
  const table = firstRows(['#', 'layer', 'check', 'difference', 'births', ''], rows, { all });
  return `${table}${shownText(counts.length === 0 ? 'no layer to check' : counts.join(', '))}\n`;
}

function birthsText({ compared, different }: { compared: number; different: number }): string {
  return different === 0 ? `${compared} equal` : `${different} of ${compared} differ`;
}
