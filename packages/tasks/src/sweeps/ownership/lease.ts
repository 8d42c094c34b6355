import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseStored } from '@unitscope/plan';
import { isStoreTrouble, labelSegment, type ObjectStore } from '@unitscope/store';
import * as z from 'zod';
import { HeldError } from '../../errors.js';
import { hasEnded, thisProcess } from './process-identity.js';

/** What a lease is held for. */
export type LeasePurpose = 'run' | 'launch' | 'remove' | 'gc';

const recordSchema = z.object({
  purpose: z.enum(['run', 'launch', 'remove', 'gc']),
  /** Tells two specs of one name apart. */
  content: z.string(),
  /** ISO 8601, by the holder's clock: for people. */
  since: z.string(),
  released: z.boolean(),
  /** Whoever ran this before did not let go: its process died. */
  afterDeath: z.boolean().optional(),
  holder: z.object({
    host: z.string(),
    space: z.string(),
    process: z.number(),
    begun: z.string(),
    user: z.string(),
  }),
});

export type LeaseRecord = z.infer<typeof recordSchema>;

/** The holder says so often that it lives. */
const RENEW_MS = 5_000;
/** Without a word for so long, by the store's clock, it counts as dead. */
const SILENT_MS = 30_000;
/** How long who wants a lease waits for a launch that has it, and for a holder that may be dead to show. */
const PATIENCE_MS = 60_000;

interface Found {
  readonly number: number;
  readonly key: string;
  readonly modified: number;
}

/** Of a sweep: held by who runs it on this machine, launches it, or removes it. */
export function sweepLease(sweep: string): string {
  return `leases/sweeps/${labelSegment(sweep)}/`;
}

/** Of one of `count` parts of a sweep's work, held by who does it. */
export function shardLease(sweep: string, index: number, count: number): string {
  return `${shardLeases(sweep)}${index}-of-${count}/`;
}

function shardLeases(sweep: string): string {
  return `leases/shards/${labelSegment(sweep)}/`;
}

/** Of the collection of garbage: launches wait for it. */
export const GC_LEASE = 'leases/gc/';

/**
 * One of many processes holds it, on any machine, and the others know who. It needs no more of a store than that `create`
 * has one winner: each holder creates the object after its predecessor's, `…/000000000008.json` after `…7.json`, once that
 * one has let go or is dead; the highest number holds. The holder alone writes its object, every five seconds; a look at
 * the numbers tells it when it was taken for dead. Times are the store's, so that clocks may differ.
 */
export class Lease {
  readonly #store: ObjectStore;
  readonly #folder: string;
  readonly #number: number;
  readonly record: LeaseRecord;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #renewing: Promise<void> = Promise.resolve();

  private constructor(store: ObjectStore, folder: string, number: number, record: LeaseRecord) {
    this.#store = store;
    this.#folder = folder;
    this.#number = number;
    this.record = record;
    this.#timer = setInterval(() => {
      // A store that does not answer now may do so the next time; what it missed shows then.
      this.#renewing = this.#renewing.then(() => this.#renew()).catch(() => undefined);
    }, RENEW_MS);
    this.#timer.unref();
  }

  /** Takes the lease of a folder. Waits for launches, and for who may be dead; throws HeldError where another lives. */
  static async take(
    store: ObjectStore,
    folder: string,
    { purpose, content = '', what }: { purpose: LeasePurpose; content?: string; what: string },
  ): Promise<Lease> {
    const wanted: LeaseRecord = {
      ...{ purpose, content, released: false },
      since: new Date().toISOString(),
      holder: thisProcess(),
    };
    const until = performance.now() + PATIENCE_MS;
    for (let pause = 50; ; pause = Math.min(1000, 2 * pause)) {
      const latest = (await leasesIn(store, folder)).at(-1);
      const held = latest === undefined ? null : await living(store, latest);
      if (held === null) {
        const number = (latest?.number ?? 0) + 1;
        const before = latest === undefined ? null : await readLease(store, latest.key);
        const record = { ...wanted, afterDeath: hasDied(before) };
        if (await claim(store, folder, number, record)) return new Lease(store, folder, number, record);
        continue;
      }
      // A launch is short; who is silent may be dead.
      const waits = held.record.purpose === 'launch' || held.silentMs > 2 * RENEW_MS;
      if (!waits || performance.now() > until) throw heldBy(what, held.record);
      await sleep(pause * (0.5 + Math.random()));
    }
  }

  /** Aborts when another has taken the lease, as this process did not answer for too long. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Throws HeldError where another has taken it. */
  async check(what: string): Promise<void> {
    await this.#renewing;
    await this.#renew();
    if (!this.#lost.signal.aborted) return;
    const latest = await latestLease(this.#store, this.#folder);
    throw latest === null ? new HeldError(`${what}: its lease was removed`) : heldBy(what, latest);
  }

  /** Lets go. What fails is no harm: the lease runs out. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    if (this.#lost.signal.aborted) return;
    const over: LeaseRecord = { ...this.record, released: true };
    await this.#store.put(keyOf(this.#folder, this.#number), encodeLease(over)).catch(() => undefined);
  }

  async #renew(): Promise<void> {
    const latest = (await leasesIn(this.#store, this.#folder)).at(-1);
    if (latest !== undefined && latest.number > this.#number) {
      this.#lost.abort();
      clearInterval(this.#timer);
      return;
    }
    await this.#store.put(keyOf(this.#folder, this.#number), encodeLease(this.record));
  }
}

/** Whether the last run ended without letting go; a launch passes on what it found. */
function hasDied(before: LeaseRecord | null): boolean {
  if (before === null) return false;
  return before.purpose === 'launch'
    ? before.afterDeath === true
    : before.purpose === 'run' && !before.released;
}

/** Who holds a lease and lives; null: nobody. */
export async function leaseHolder(store: ObjectStore, folder: string): Promise<LeaseRecord | null> {
  const latest = (await leasesIn(store, folder)).at(-1);
  return latest === undefined ? null : ((await living(store, latest))?.record ?? null);
}

/** The parts of a sweep that are being done now, as `2/16`, and by whom. */
export async function shardHolders(
  store: ObjectStore,
  sweep: string,
): Promise<{ readonly shard: string; readonly record: LeaseRecord }[]> {
  const folder = shardLeases(sweep);
  const parts = new Set<string>();
  for await (const { key } of store.list(folder)) parts.add(key.slice(folder.length).split('/', 1)[0] ?? '');
  const held: { shard: string; record: LeaseRecord }[] = [];
  for (const part of parts) {
    const record = await leaseHolder(store, `${folder}${part}/`);
    if (record !== null) held.push({ shard: part.replace('-of-', '/'), record });
  }
  return held;
}

/** Throws HeldError where parts of a sweep are being done. */
export async function refuseWhileShardsRun(store: ObjectStore, sweep: string): Promise<void> {
  const [first] = await shardHolders(store, sweep);
  if (first !== undefined) throw heldBy(`shard ${first.shard} of sweep "${sweep}"`, first.record);
}

/** The last one that held a lease, whether it does still or not; null where nobody ever did. */
export async function latestLease(store: ObjectStore, folder: string): Promise<LeaseRecord | null> {
  const latest = (await leasesIn(store, folder)).at(-1);
  return latest === undefined ? null : await readLease(store, latest.key);
}

/** "ann@node-3, process 4711, since 2026-11-28T10:00:00Z". */
export function whoHolds({ holder: { user, host, process: number }, since }: LeaseRecord): string {
  return `${user === '' ? '' : `${user}@`}${host}, process ${number}, since ${since.replace(/\.\d+/, '')}`;
}

const DOES: Readonly<Record<LeasePurpose, string>> = {
  run: 'is being run',
  launch: 'is being launched',
  remove: 'is being removed',
  gc: 'is under way',
};

export function heldBy(what: string, record: LeaseRecord): HeldError {
  return new HeldError(
    `${what} ${DOES[record.purpose]} by ${whoHolds(record)}: wait for its end, or end it ` +
      `(a process that died lets go after ${SILENT_MS / 1000} seconds)`,
  );
}

/** Whether this process became the holder of that number. */
async function claim(
  store: ObjectStore,
  folder: string,
  number: number,
  record: LeaseRecord,
): Promise<boolean> {
  const key = keyOf(folder, number);
  if ((await store.create(key, encodeLease(record))) === undefined) return false;
  const all = await leasesIn(store, folder);
  if (all.at(-1)?.number !== number) {
    // Its look was old: others came and went meanwhile, and cleared the number away.
    await store.delete(key);
    return false;
  }
  for (const { key: old, number: earlier } of all) if (earlier < number) await store.delete(old);
  return true;
}

async function living(
  store: ObjectStore,
  { key, modified }: Found,
): Promise<{ record: LeaseRecord; silentMs: number } | null> {
  const record = await readLease(store, key);
  if (record === null || record.released || hasEnded(record.holder)) return null;
  const silentMs = (await storeTime(store)) - modified;
  return silentMs > SILENT_MS ? null : { record, silentMs };
}

/** The time by the store's clock, in milliseconds since 1970. */
export async function storeTime(store: ObjectStore): Promise<number> {
  const key = `leases/clock/${randomUUID()}`;
  await store.put(key, new Uint8Array());
  let time = Date.now();
  for await (const { modified } of store.list(key)) time = modified;
  await store.delete(key);
  return time;
}

/** By number, ascending. */
async function leasesIn(store: ObjectStore, folder: string): Promise<Found[]> {
  const found: Found[] = [];
  for await (const { key, modified } of store.list(folder)) {
    const [, number] = /\/(\d{12})\.json$/.exec(key) ?? [];
    if (number !== undefined) found.push({ key, modified, number: Number(number) });
  }
  return found;
}

/** What an object says of who holds something; null: it is not there, or is no lease. */
export async function readLease(store: ObjectStore, key: string): Promise<LeaseRecord | null> {
  try {
    return parseStored(recordSchema, Buffer.from(await store.get(key)).toString('utf8'), key);
  } catch (error) {
    if (isStoreTrouble(error)) throw error;
    return null;
  }
}

function keyOf(folder: string, number: number): string {
  return `${folder}${String(number).padStart(12, '0')}.json`;
}

export function encodeLease(record: LeaseRecord): Uint8Array {
  return Buffer.from(JSON.stringify(record));
}
