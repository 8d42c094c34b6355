import { NoResultsError } from '../errors.js';
import type { SweepResults } from '../results/sweep-results.js';
import type { TableName } from './sql-tables.js';

/** Tables that none of the sweeps has. */
export async function missingTables(sweeps: readonly SweepResults[]): Promise<ReadonlySet<TableName>> {
  const missing = new Set<TableName>();
  if (sweeps.every(({ manifest }) => !manifest.keepBirths)) missing.add('births');
  const listed = await Promise.all(
    sweeps.map(async ({ store, objects }) => (await store.head(objects.objects)) !== undefined),
  );
  if (!listed.includes(true)) missing.add('objects');
  return missing;
}

/** Throws NoResultsError where SQL reads a table that no sweep has. */
export async function refuseMissing(
  sweeps: readonly SweepResults[],
  used: readonly TableName[],
): Promise<void> {
  if (!used.includes('births') && !used.includes('objects')) return;
  const missing = await missingTables(sweeps);
  const name = sweeps[0]?.name ?? '';
  if (used.includes('births') && missing.has('births'))
    throw new NoResultsError(
      `sweep ${name}: births were not kept (write \`births: true\` in its spec and run it again)`,
    );
  if (used.includes('objects') && missing.has('objects'))
    throw new NoResultsError(
      `sweep ${name}: its objects are not listed: that is done when a sweep ends (run it again)`,
    );
}
