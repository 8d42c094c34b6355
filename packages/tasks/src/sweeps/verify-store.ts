import type { ObjectStore } from '@unitscope/store';
import { sweepStatus, type Execution, type SweepStatus } from './completeness/sweep-status.js';
import { foreignObjects, type ForeignObject } from './proof/foreign-objects.js';
import { SweepObjects } from './sweep-objects.js';
import { readable, readManifest, sweepNames } from './sweeps.js';

/** A sweep at rest whose tables lack cells that no failure explains. */
export interface IncompleteSweep extends Pick<SweepStatus, 'name' | 'state' | 'cells'> {
  /** The checkpoints they lack cells of. */
  readonly checkpoints: readonly string[];
}

export interface Verification {
  readonly objects: number;
  readonly bytes: number;
  readonly damaged: readonly { readonly key: string; readonly problem: string }[];
  readonly incomplete: readonly IncompleteSweep[];
  /** Written by programs whose numbers may be others than the sweeps' keys say. */
  readonly foreign: readonly ForeignObject[];
}

/**
 * Reads every object of a store and checks its SHA-256, every manifest and whether it is one, whether the result tables
 * hold all that the sweeps that nobody runs are to have, and whether what they are made of was written by such programs as
 * the manifests name.
 */
export async function verifyStore(
  store: ObjectStore,
  executionOf: (sweep: string) => Promise<Execution | null> = () => Promise.resolve(null),
): Promise<Verification> {
  const damaged: { key: string; problem: string }[] = [];
  let objects = 0;
  let bytes = 0;
  for await (const { key, size } of store.list('')) {
    objects++;
    bytes += size;
    try {
      if (!(await store.verify(key)))
        damaged.push({ key, problem: 'no digest is known of it: it was not written by unitscope' });
    } catch (error) {
      damaged.push({ key, problem: (error as Error).message });
    }
  }
  const incomplete: IncompleteSweep[] = [];
  const foreign: ForeignObject[] = [];
  for (const name of await sweepNames(store)) {
    const manifest = await readable(name, () => readManifest(store, name));
    const { manifest: key } = new SweepObjects(name);
    if ('problem' in manifest && !damaged.some((found) => found.key === key))
      damaged.push({ key, problem: manifest.problem });
    if ('problem' in manifest) continue;
    const found = await lacking(store, manifest.sweep, executionOf);
    if (found !== null) incomplete.push(found);
    foreign.push(...(await foreignObjects(manifest, store)));
  }
  return { objects, bytes, damaged, incomplete, foreign };
}

async function lacking(
  store: ObjectStore,
  sweep: string,
  executionOf: (sweep: string) => Promise<Execution | null>,
): Promise<IncompleteSweep | null> {
  const status = await readable(sweep, async () =>
    sweepStatus(store, sweep, { execution: await executionOf(sweep) }),
  );
  if ('problem' in status || status.state !== 'incomplete') return null;
  const { name, state, cells, lacking: checkpoints } = status;
  return { name, state, cells, checkpoints };
}
