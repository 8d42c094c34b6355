import { createHash } from 'node:crypto';
import { checkConformance, CONFORMANCE_VERSION, type ConformanceFinding } from './conformance.js';
import type { ObjectStore } from './object-store.js';
import { StoreConformanceError } from './store-errors.js';

/**
 * Tries what unitscope needs of the server of a store on S3, where the store has no note that this server held it: once a
 * store and server. Answers what does not hold and is not needed. Throws StoreConformanceError where something that is
 * needed does not hold, unless UNITSCOPE_S3_CONFORMANCE is `skip`; then nothing is tried.
 */
export async function proveStore(store: ObjectStore): Promise<ConformanceFinding[]> {
  if (!store.uri.startsWith('s3://') || skips()) return [];
  const note = await noteKey(store);
  if ((await store.head(note)) !== undefined) return [];
  const findings = await checkConformance(store.uri);
  const broken = findings.filter(({ holds }) => !holds);
  const needed = broken.filter(({ needed }) => needed);
  if (needed.length > 0) throw new StoreConformanceError(refusal(store, needed));
  const held = findings.filter(({ holds }) => holds).map(({ check }) => check);
  await store.put(note, Buffer.from(`${JSON.stringify({ version: CONFORMANCE_VERSION, held }, null, 2)}\n`));
  return broken;
}

function skips(): boolean {
  const setting = process.env['UNITSCOPE_S3_CONFORMANCE'];
  // A variable that is set to nothing counts as absent.
  if (!setting) return false;
  if (setting === 'skip') return true;
  throw new StoreConformanceError(
    `UNITSCOPE_S3_CONFORMANCE: expected skip or nothing, found ${JSON.stringify(setting)}`,
  );
}

/** A store that was copied to another server brings the note of its first one along: the key tells them apart. */
async function noteKey({ uri }: ObjectStore): Promise<string> {
  const { parseS3Address } = await import('./s3/s3-address.js');
  const { endpoint, region, bucket } = parseS3Address(uri, process.env);
  const server = createHash('sha256').update(JSON.stringify([endpoint ?? region ?? '', bucket]));
  return `conformance/${server.digest('hex').slice(0, 12)}-${CONFORMANCE_VERSION}.json`;
}

function refusal({ uri }: ObjectStore, findings: readonly ConformanceFinding[]): string {
  const lines = findings.map(
    ({ check, found, means }) => `it does not hold this: ${check} (${found ?? ''}); without it ${means}`,
  );
  return (
    `store ${uri}: its server does not do what sweeps need: ${lines.join('; ')}. Choose another server ` +
    '(docs/distributed.md has those that do). Who keeps nothing of worth there sets UNITSCOPE_S3_CONFORMANCE=skip'
  );
}
