import { createHash } from 'node:crypto';
import { SWEEP_NAME } from '@unitscope/plan';
import { SweepResults } from '@unitscope/query';
import type { ObjectStore } from '@unitscope/store';
import { SweepObjects } from '@unitscope/tasks';

type Stated = NonNullable<Parameters<typeof SweepResults.open>[2]>;

/** The last results that were opened: a page asks several questions of the same at once. */
let last: { readonly key: string; readonly results: Promise<SweepResults> } | null = null;

/** The results of a sweep, stated so; those that were opened last where nothing of them has changed. Throws as SweepResults.open. */
export async function openResults(
  store: ObjectStore,
  sweep: string,
  { asked, ...stated }: Stated & Asked,
): Promise<SweepResults> {
  if (!SWEEP_NAME.test(sweep)) return SweepResults.open(store, sweep, stated); // it says what there is
  const key = JSON.stringify([store.uri, sweep, stated, await tablesState(store, sweep, { asked })]);
  if (last?.key !== key) last = { key, results: SweepResults.open(store, sweep, stated) };
  const { results } = last;
  try {
    return await results;
  } catch (error) {
    if (last.results === results) last = null;
    throw error;
  }
}

/** When a question was asked, as `Date.now` has it. */
interface Asked {
  readonly asked: number;
}

/** The last look at the tables, and when it began. */
let looked: { readonly of: string; readonly at: number; readonly state: Promise<string> } | null = null;

/**
 * Changes when the sweep's manifest or a table of it does. Questions that wait for one another share a look: one that began after a
 * question was asked is no older than it.
 */
export function tablesState(store: ObjectStore, sweep: string, { asked }: Asked): Promise<string> {
  const of = `${store.uri} ${sweep}`;
  if (looked?.of !== of || looked.at <= asked) {
    const look = { of, at: Date.now(), state: lookAt(store, sweep) };
    look.state.catch(() => {
      if (looked === look) looked = null;
    });
    looked = look;
  }
  return looked.state;
}

/** Of the sweep's manifest and tables the keys, sizes and the store's own marks. */
async function lookAt(store: ObjectStore, sweep: string): Promise<string> {
  const { root } = new SweepObjects(sweep);
  const state = createHash('sha256');
  for (const prefix of [`${root}/manifest.json`, `${root}/results/alive`, `${root}/results/layers`]) {
    for await (const { key, size, etag } of store.list(prefix))
      state.update(`${key} ${size} ${etag ?? ''}\n`);
  }
  return state.digest('hex');
}
