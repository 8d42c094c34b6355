import { createHash } from 'node:crypto';
import type { ObjectStore } from '@unitscope/store';
import { SweepObjects } from '@unitscope/tasks';
import type { Ablation } from './ablate.js';
import { ablationTable } from './ablation-tables.js';

/**
 * Keeps the curves of an ablation with its sweep, as ablation/1, so that the page lists and draws them. The same curves are one object,
 * however often they are made. Answers its key.
 */
export async function keepAblation(store: ObjectStore, ablation: Ablation): Promise<string> {
  const bytes = await ablationTable(ablation);
  const digest = createHash('sha256').update(bytes).digest('hex');
  const key = new SweepObjects(ablation.sweep).ablation(digest.slice(0, 16));
  await store.put(key, bytes);
  return key;
}
