import { randomBytes, randomUUID } from 'node:crypto';
import type { ObjectStore } from './object-store.js';
import { StoreFullError, StoreUnreachableError } from './store-errors.js';

/** One thing that unitscope needs of a store, and whether this one does it. */
export interface ConformanceFinding {
  readonly check: string;
  readonly holds: boolean;
  /** What was found, where it does not hold. */
  readonly found: string | null;
  /** What goes wrong without it. */
  readonly means: string;
  /** Sweeps would be wrong without it; else only something is not cleaned up. */
  readonly needed: boolean;
}

/** Counted up when there are other checks: servers are then tried again. */
export const CONFORMANCE_VERSION = 1;

const MIB = 2 ** 20;
const RACERS = 8;
/** Keys a page, so that a few objects make several. */
const PAGE_KEYS = 3;
const MOST_SKEW_MS = 5 * 60_000;

type Check = readonly [
  check: string,
  means: string,
  needed: boolean,
  work: (store: ObjectStore) => Promise<void>,
];

const CHECKS: readonly Check[] = [
  [
    'creates an object once, whoever asks at the same moment',
    'two sweeps could take one name',
    true,
    createsOnce,
  ],
  ['keeps what it is told of an object, and its bytes', 'damage could not be seen', true, keepsMetadata],
  ['gives the range that is asked for', 'numbers would be read from the wrong place', true, givesRanges],
  [
    'refuses a range of an object that was replaced',
    'one table could be read from two',
    true,
    refusesReplaced,
  ],
  ['lists all pages', 'finished work would not be found', true, listsPages],
  ['takes an object in parts', 'objects above 8 MiB could not be written', true, takesParts],
  [
    'shows uploads that were abandoned',
    'gc leaves what killed writers began: set a lifecycle rule',
    false,
    showsAbandoned,
  ],
  ['has this machine’s time', 'requests are refused once it differs by 15 minutes', false, hasTheTime],
];

/**
 * Tries what unitscope needs of a server of S3, on objects of its own below `conformance/`, which are removed again: some
 * 20 MiB are sent. Throws what the store throws where it cannot be used at all.
 */
export async function checkConformance(address: string): Promise<ConformanceFinding[]> {
  const findings: ConformanceFinding[] = [];
  const root = `conformance/${randomUUID()}`;
  const below = address.replace(/\/?(\?|$)/, `/${root}$1`);
  // Loaded when it is asked for, as in openStore.
  const { openS3Store } = await import('./s3/s3-store.js');
  const store = await openS3Store(below, { pageKeys: PAGE_KEYS });
  try {
    for (const [check, means, needed, work] of CHECKS) {
      const found = await work(store).then(() => null, finding);
      findings.push({ check, holds: found === null, found, means, needed });
    }
  } finally {
    for await (const { key } of store.list('')) await store.delete(key);
    await store.removeAbandonedWrites(0).catch(() => 0);
  }
  return findings;
}

/** What a check that failed found. A store that is away or full says nothing of what it can do. */
function finding(error: unknown): string {
  if (error instanceof StoreUnreachableError || error instanceof StoreFullError) throw error;
  return (error as Error).message;
}

function expectThat(holds: boolean, found: string): void {
  if (!holds) throw new Error(found);
}

async function createsOnce(store: ObjectStore): Promise<void> {
  const racers = Array.from({ length: RACERS }, (_, i) => store.create('once', Buffer.from(String(i))));
  const won = (await Promise.all(racers)).filter((info) => info !== undefined).length;
  expectThat(won === 1, `${won} of ${RACERS} racers were told that they had created it`);
}

async function keepsMetadata(store: ObjectStore): Promise<void> {
  const info = await store.put('kept', randomBytes(1000));
  const head = await store.head('kept');
  expectThat(head?.size === 1000 && head.sha256 === info.sha256, 'the SHA-256 it was sent with is gone');
  expectThat(await store.verify('kept'), 'no digest is known of it');
}

async function givesRanges(store: ObjectStore): Promise<void> {
  const bytes = randomBytes(200_000);
  await store.put('ranges', bytes);
  const reader = await store.open('ranges');
  try {
    for (const position of [0, 1, 100_001, bytes.length - 100]) {
      const part = new Uint8Array(100);
      await reader.readInto(part, position);
      expectThat(bytes.subarray(position, position + 100).equals(part), `other bytes at ${position}`);
    }
  } finally {
    await reader.close();
  }
}

async function refusesReplaced(store: ObjectStore): Promise<void> {
  await store.put('replaced', new Uint8Array(200_000).fill(1));
  const reader = await store.open('replaced');
  await store.put('replaced', new Uint8Array(200_000).fill(2));
  const part = new Uint8Array(10);
  const read = await reader.readInto(part, 0).then(
    () => part[0],
    () => null,
  );
  await reader.close();
  expectThat(read !== 2, 'bytes of the later object were given');
}

async function listsPages(store: ObjectStore): Promise<void> {
  const keys = ['pages/a-b', 'pages/a/x', 'pages/a0', ...Array.from({ length: 9 }, (_, i) => `pages/k${i}`)];
  await Promise.all(keys.map((key) => store.put(key, Buffer.from(key))));
  const listed: string[] = [];
  for await (const { key } of store.list('pages/')) listed.push(key);
  expectThat(
    listed.join() === keys.join(),
    `${listed.length} of ${keys.length} objects: ${listed.join(', ')}`,
  );
}

async function takesParts(store: ObjectStore): Promise<void> {
  const writer = await store.createWriter('parts');
  const piece = randomBytes(MIB);
  for (let i = 0; i < 9; i++) await writer.write(piece);
  const { size, sha256 } = await writer.commit();
  const head = await store.head('parts');
  expectThat(head?.size === size && head.sha256 === sha256, 'it has another size or no digest');
  expectThat(await store.verify('parts'), 'no digest is known of it');
}

async function showsAbandoned(store: ObjectStore): Promise<void> {
  const writer = await store.createWriter('abandoned');
  await writer.write(new Uint8Array(9 * MIB));
  try {
    expectThat((await store.removeAbandonedWrites(0)) > 0, 'it does not list an upload that is under way');
  } finally {
    await writer.abort().catch(() => undefined);
  }
}

async function hasTheTime(store: ObjectStore): Promise<void> {
  await store.put('clock', new Uint8Array());
  for await (const { modified } of store.list('clock')) {
    const minutes = Math.round((Date.now() - modified) / 60_000);
    expectThat(Math.abs(Date.now() - modified) < MOST_SKEW_MS, `they differ by ${minutes} minutes`);
  }
}
