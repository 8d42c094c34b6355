import type { ObjectStore } from '@unitscope/store';

export interface Verification {
  readonly objects: number;
  readonly bytes: number;
  readonly damaged: readonly { readonly key: string; readonly problem: string }[];
}

/** Reads every object of a store and checks its SHA-256. */
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
  return { objects, bytes, damaged };
}
