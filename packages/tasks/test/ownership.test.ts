import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cellKeys, checkpointCells, type Manifest } from '@unitscope/plan';
import { openStore, type ObjectStore } from '@unitscope/store';
import { collectGarbage } from '../src/sweeps/collect-garbage.ts';
import { GC_LEASE, Lease, leaseHolder, sweepLease } from '../src/sweeps/ownership/lease.ts';
import { thisProcess } from '../src/sweeps/ownership/process-identity.ts';
import { prepareSweep, readManifest, removeSweep } from '../src/sweeps/sweeps.ts';

const DIGESTS = ['ab'.repeat(32), 'cd'.repeat(32)] as const;

function manifest(specDigest: string = DIGESTS[0], sweep = 'same'): Manifest {
  const digest = 'ef'.repeat(32);
  const file = { location: '/maps/a.arrow', identity: { sha256: digest }, bytes: 1 };
  return {
    ...{ format: 'unitscope.manifest/1', sweep, specDigest, semantics: 1, density: 0.8 },
    statistics: { threshold: 50, minSelectiveRate: 0, bootstrap: 0 },
    ...{ keepActivations: false, keepBirths: false },
    checkpoints: [{ label: 'a', digest, meta: {} }],
    source: {
      kind: 'activations',
      cells: [{ checkpoint: 0, layer: null, layerIndex: null, category: null, size: 8, files: [file] }],
    },
  };
}

let folder = '';
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-ownership-'));
  store = await openStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const WHO = `${hostname()}, process ${process.pid}, since `;
const held = { code: 'HELD_BY_ANOTHER' };

/** A lease that a process of another host took, and said last so long ago that it lives. */
async function takenElsewhere(name: string, silentSeconds: number): Promise<void> {
  const holder = { ...thisProcess(), host: 'elsewhere', process: 7 };
  const record = { purpose: 'run', content: '', released: false, since: '2026-11-28T10:00:00Z', holder };
  const key = `${name}000000000001.json`;
  await store.put(key, Buffer.from(JSON.stringify(record)));
  const said = Date.now() / 1000 - silentSeconds;
  await utimes(join(folder, key), said, said);
}

describe('the name of a sweep', () => {
  it('goes to one of forty launches of two specs, and the others are told who has it', async () => {
    const launches = Array.from({ length: 40 }, async (_, i) => {
      const digest = DIGESTS[i % 2] ?? '';
      await prepareSweep(await openStore(folder), manifest(digest), `spec ${i % 2}`, { replace: false });
      return digest;
    });
    const ended = await Promise.allSettled(launches);
    const winners = new Set(ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : [])));
    expect(winners.size).toBe(1);
    const [winner] = winners;
    expect((await readManifest(store, 'same')).specDigest).toBe(winner);
    expect(Buffer.from(await store.get('sweeps/same/spec.yaml')).toString()).toBe(
      `spec ${winner === DIGESTS[0] ? 0 : 1}`,
    );
    // Some of the winner's content may have waited for the others longer than a launch waits.
    const lost = ended.filter((_, i) => DIGESTS[i % 2] !== winner);
    expect(lost.filter(({ status }) => status === 'rejected')).toHaveLength(20);
    for (const end of ended) {
      if (end.status === 'fulfilled') continue;
      const reason = end.reason as Error & { code: string };
      expect(['SWEEP_NAME_TAKEN', 'HELD_BY_ANOTHER']).toContain(reason.code);
      expect(reason.message).toContain(WHO);
    }
  }, 240_000);

  it('is not given away while another process runs the sweep, whatever is asked for', async () => {
    await prepareSweep(store, manifest(), '', { replace: false });
    await takenElsewhere(sweepLease('same'), 1);
    const message = /sweep "same" is being run by .*elsewhere, process 7, since 2026-11-28T10:00:00Z: wait/;
    await expect(prepareSweep(store, manifest(), '', { replace: false })).rejects.toMatchObject(held);
    await expect(prepareSweep(store, manifest(DIGESTS[1]), '', { replace: true })).rejects.toThrow(message);
    await expect(removeSweep(store, 'same')).rejects.toThrow(message);
    expect((await readManifest(store, 'same')).specDigest).toBe(DIGESTS[0]);
  });

  it('is free again after a removal, and a removal needs a sweep', async () => {
    await prepareSweep(store, manifest(), '', { replace: false });
    await store.put('sweeps/same/results/units/a.arrow', Buffer.from('rows'));
    await removeSweep(store, 'same');
    const left: string[] = [];
    for await (const { key } of store.list('sweeps/')) left.push(key);
    expect(left).toEqual([]);
    await expect(removeSweep(store, 'same')).rejects.toMatchObject({ code: 'SWEEP_UNKNOWN' });
    await prepareSweep(store, manifest(DIGESTS[1]), '', { replace: false });
  });
});

describe('a lease', () => {
  const what = { purpose: 'run', what: 'the test' } as const;

  it('has one holder of many who want it', async () => {
    const wants = Array.from({ length: 50 }, async () =>
      Lease.take(await openStore(folder), 'leases/x/', what),
    );
    const ended = await Promise.allSettled(wants);
    const leases = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(leases).toHaveLength(1);
    await leases[0]?.release();
    const next = await Lease.take(store, 'leases/x/', what);
    await next.release();
    expect(await leaseHolder(store, 'leases/x/')).toBeNull();
  });

  it('of a process of this machine that died is free at once', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const holder = { ...thisProcess(), process: pid };
    const record = { purpose: 'run', content: '', released: false, since: '', holder };
    await store.put('leases/x/000000000004.json', Buffer.from(JSON.stringify(record)));
    expect(await leaseHolder(store, 'leases/x/')).toBeNull();
    await (await Lease.take(store, 'leases/x/', what)).release();
  });

  it('of a process elsewhere runs out when it is silent for long, by the store’s clock', async () => {
    await takenElsewhere('leases/x/', 2);
    await expect(Lease.take(store, 'leases/x/', what)).rejects.toMatchObject(held);
    await takenElsewhere('leases/x/', 31);
    const lease = await Lease.take(store, 'leases/x/', what);
    expect(await leaseHolder(store, 'leases/x/')).toMatchObject({ holder: { process: process.pid } });
    await lease.release();
  });

  it('tells its holder that another has taken it, who took the first for dead', async () => {
    const lease = await Lease.take(store, 'leases/x/', what);
    await lease.check('the test');
    const record = { ...what, content: '', released: false, since: 'then', holder: thisProcess() };
    await store.put(
      'leases/x/000000000002.json',
      Buffer.from(JSON.stringify({ ...record, what: undefined })),
    );
    await expect(lease.check('the test')).rejects.toMatchObject(held);
    expect(lease.lost.aborted).toBe(true);
    await lease.release();
    expect(await leaseHolder(store, 'leases/x/')).toMatchObject({ since: 'then' });
  });
});

describe('a collection of garbage', () => {
  const unitsOf = (of: Manifest): string => cellKeys(of, checkpointCells(of, 0)[0]!).units;

  it('beside a launch loses nothing: the launch waits for it, or it reads the new manifest', async () => {
    for (let round = 0; round < 20; round++) {
      const key = unitsOf(manifest());
      await store.put(key, Buffer.from('measured before'));
      const launch = prepareSweep(await openStore(folder), manifest(), '', { replace: false });
      // What the launch finds once it may go on stays: that is what it would count as done.
      const found = launch.then(async () => (await store.head(key)) !== undefined);
      await collectGarbage(await openStore(folder), { dryRun: false, minAgeMs: 0 });
      const there = await found;
      expect((await store.head(key)) !== undefined).toBe(there);
      await removeSweep(store, 'same');
    }
  }, 60_000);

  it('makes a launch wait until it is over', async () => {
    const lease = await Lease.take(store, GC_LEASE, { purpose: 'gc', what: 'garbage' });
    let launched = false;
    const launch = prepareSweep(store, manifest(), '', { replace: false }).then(() => (launched = true));
    while ((await store.head('sweeps/same/manifest.json')) === undefined) await new Promise(setImmediate);
    expect(launched).toBe(false);
    await expect(collectGarbage(store, { dryRun: false })).rejects.toThrow(
      /collecting the store's garbage is under way by .*, process/,
    );
    await lease.release();
    await launch;
  });

  it('leaves what is young, and says how much that is', async () => {
    const key = unitsOf(manifest());
    await store.put(key, Buffer.from('x'));
    expect(await collectGarbage(store, { dryRun: false })).toMatchObject({ objects: 0, young: 1 });
    const old = Date.now() / 1000 - 3700;
    await utimes(join(folder, key), old, old);
    expect(await collectGarbage(store, { dryRun: true })).toMatchObject({ objects: 1, young: 0 });
    expect(await collectGarbage(store, { dryRun: false })).toMatchObject({ objects: 1, young: 0 });
    expect(await store.head(key)).toBeUndefined();
  });
});
