import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSpec } from '@unitscope/plan';
import { runSweep, type SweepProgress } from '@unitscope/engine';
import { SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import { prepareSweep, resolveSweep } from '@unitscope/tasks';
import { stringify } from 'yaml';
import { MeasuringFailedError } from '../errors.js';
import { writeWhole } from '@unitscope/process';

export interface SweepPlace {
  /** Where specs are written; their paths are relative to it. */
  readonly specs: string;
  readonly store: string;
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((sweep: string, progress: SweepProgress) => void) | undefined;
}

/**
 * Writes a sweep spec as a user would, runs it, and opens its results; what an earlier run measured is found in the store.
 * No interval over units is asked for: the unit of replication is the network.
 */
export async function claimSweep(
  place: SweepPlace,
  name: string,
  models: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<SweepResults> {
  const spec = { name, source: { models }, statistics: { bootstrap: 0 }, ...options };
  const text = stringify(spec, { lineWidth: 110 });
  const path = join(place.specs, `${name}.yaml`);
  await mkdir(place.specs, { recursive: true });
  await writeWhole(path, text);
  const store = await openStore(place.store);
  const manifest = await resolveSweep(parseSpec(text, path), place.specs);
  await prepareSweep(store, manifest, text, { replace: true });
  const { failures } = await runSweep(manifest, {
    store: place.store,
    threads: place.threads,
    signal: place.signal,
    onProgress: (progress) => place.onProgress?.(name, progress),
  });
  const [failure] = failures;
  if (failure !== undefined) {
    throw new MeasuringFailedError(
      `sweep ${name}: ${failures.length} tasks failed, the first at ${failure.checkpoint}: ${failure.message}`,
    );
  }
  return await SweepResults.open(store, name);
}
