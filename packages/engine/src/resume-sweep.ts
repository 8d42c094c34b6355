import { parseSpec, type Manifest, type Spec } from '@unitscope/plan';
import { openStore, type ObjectStore } from '@unitscope/store';
import { readManifest, refuseStrangeServers, remoteAddresses, SweepObjects } from '@unitscope/tasks';
import type { RunOptions } from './run-options.js';
import { runSweep, type SweepOutcome } from './run-sweep.js';

/**
 * Goes on with a sweep of the store on this machine, by its manifest and the engine settings of its spec: what is done is
 * found done, what failed is tried again. Throws NoSuchSweepError, StoreNotToldError, and what
 * runSweep throws.
 */
export async function resumeSweep(
  sweep: string,
  options: RunOptions,
): Promise<{ manifest: Manifest; outcome: SweepOutcome }> {
  const store = await openStore(options.store);
  const manifest = await readManifest(store, sweep);
  await refuseStrangeServers(remoteAddresses(manifest), store.uri);
  const { threads, attempts, taskTimeout } = await engineOf(store, sweep);
  const settings = {
    threads: options.threads ?? threads,
    attempts: options.attempts ?? attempts,
    taskTimeout: options.taskTimeout ?? taskTimeout,
  };
  return { manifest, outcome: await runSweep(manifest, { ...options, ...settings }) };
}

/** They change no number: a spec that cannot be read any more leaves the usual ones. */
async function engineOf(store: ObjectStore, sweep: string): Promise<Partial<Spec['engine']>> {
  const { spec } = new SweepObjects(sweep);
  if ((await store.head(spec)) === undefined) return {};
  try {
    return parseSpec(Buffer.from(await store.get(spec)).toString('utf8'), spec).engine;
  } catch {
    return {};
  }
}
