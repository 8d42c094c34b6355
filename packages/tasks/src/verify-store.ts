import type { ObjectStore } from '@unitscope/store';
import { SweepObjects } from './sweep-objects.js';
import { readable, readManifest, sweepNames } from './sweeps.js';

export interface Verification {
  readonly objects: number;
  readonly bytes: number;
  readonly damaged: readonly { readonly key: string; readonly problem: string }[];
}

/** Reads every object of a store and checks its SHA-256, and every manifest and whether it is one. */
export async function verifyStore(store: ObjectStore): Promise<Verification> {
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
  for (const name of await sweepNames(store)) {
    const manifest = await readable(name, () => readManifest(store, name));
    const { manifest: key } = new SweepObjects(name);
    if ('problem' in manifest && !damaged.some((found) => found.key === key))
      damaged.push({ key, problem: manifest.problem });
  }
  return { objects, bytes, damaged };
}
