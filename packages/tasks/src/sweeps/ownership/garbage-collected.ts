import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '@unitscope/store';
import { HeldError } from '../../errors.js';
import { GC_LEASE, leaseHolder, whoHolds } from './lease.js';

const PATIENCE_MS = 10 * 60_000;
const PAUSE_MS = 500;

/**
 * Waits until no garbage is being collected. Whoever has written a manifest before knows then that what it finds in the
 * store stays: a collection that began later has read that manifest.
 */
export async function garbageCollected(store: ObjectStore): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const holder = await leaseHolder(store, GC_LEASE);
    if (holder === null) return;
    if (performance.now() > until) {
      throw new HeldError(
        `the store's garbage is being collected by ${whoHolds(holder)}, for more than ${PATIENCE_MS / 60_000} minutes: ` +
          'wait for its end, or end it, then run the sweep again',
      );
    }
    await sleep(PAUSE_MS);
  }
}
