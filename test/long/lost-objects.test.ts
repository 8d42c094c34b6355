import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromIPC } from 'apache-arrow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSweep, type SweepProgress } from '@unitscope/engine';
import { cellKeys, checkpointTasks, parseSpec, type Manifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { ActivationsWriter, MemorySink } from '@unitscope/tables';
import { completenessOf, prepareSweep, readFailures, resolveSweep, SweepObjects } from '@unitscope/tasks';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-lost-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LAYERS = ['a', 'b', 'c'];

/** A sweep of two checkpoints of three cells each, its name taken in the store. */
async function prepared(extra = ''): Promise<Manifest> {
  for (const checkpoint of ['first', 'second']) {
    for (const layer of LAYERS) {
      const sink = new MemorySink();
      const facts = { size: 8, images: ['a', 'b'], checkpoint, layer };
      const writer = await ActivationsWriter.begin(sink, facts);
      const values = Float32Array.from({ length: 4 * 64 }, (_, i) => Math.max(0, Math.sin(i * i)));
      values[0] = checkpoint.length + layer.charCodeAt(0);
      await writer.write(Uint32Array.of(0, 1, 0, 1), Uint32Array.of(0, 0, 1, 1), values);
      await writer.close();
      await writeFile(join(folder, `${checkpoint}-${layer}.arrow`), sink.bytes());
    }
  }
  const text = `{ name: s, source: { activations: ["*.arrow"] }, statistics: { bootstrap: 10 }${extra} }`;
  const manifest = await resolveSweep(parseSpec(text, 'spec'), folder);
  await prepareSweep(await openStore(folder), manifest, text, { replace: false });
  return manifest;
}

function unitObject(manifest: Manifest, checkpoint: number, task: number): string {
  const [cell] = checkpointTasks(manifest, checkpoint)[task]?.cells ?? [];
  if (cell === undefined) throw new RangeError('no such task');
  return join(folder, cellKeys(manifest, cell).units);
}

async function rows(): Promise<string[]> {
  const store = await openStore(folder);
  const found: string[] = [];
  for await (const { key } of store.list('sweeps/s/results/units/')) {
    const { numRows, schema } = tableFromIPC(await store.get(key));
    const { metadata } = schema;
    const [held, planned] = ['unitscope.cells', 'unitscope.cells_planned'].map((name) => metadata.get(name));
    found.push(`${numRows} rows, ${held ?? '?'} of ${planned ?? '?'} cells`);
  }
  return found;
}

/** Runs it on one thread; `meddle` is called when a task is over, before the next one is begun. */
function run(manifest: Manifest, meddle: (progress: SweepProgress) => void) {
  return runSweep(manifest, { store: folder, threads: 1, onProgress: meddle });
}

describe('objects that go away while a sweep runs', () => {
  it('are made again where a unit object is gone before its tables are made', async () => {
    const manifest = await prepared();
    let removed = false;
    const outcome = await run(manifest, ({ cells }) => {
      if (cells.done !== 3 || removed) return;
      removed = true;
      rmSync(unitObject(manifest, 0, 1));
    });
    expect(removed).toBe(true);
    expect(outcome).toMatchObject({
      cells: { total: 6, done: 6, failed: 0 },
      checkpoints: { total: 2, done: 2 },
      failures: [],
      held: 6,
    });
    expect(await rows()).toEqual(Array(2).fill('6 rows, 3 of 3 cells'));
  });

  it('are made again where the births that the spec keeps are gone', async () => {
    const manifest = await prepared(', births: true');
    let removed = false;
    const outcome = await run(manifest, ({ cells }) => {
      if (cells.done !== 3 || removed) return;
      removed = true;
      rmSync(join(folder, 'births'), { recursive: true });
    });
    expect(outcome).toMatchObject({ cells: { done: 6 }, failures: [], held: 6 });
  });

  it.each(['units', 'layers'] as const)(
    'are made again where a finished %s table is gone at the end',
    async (table) => {
      const manifest = await prepared();
      let removed = false;
      const outcome = await run(manifest, ({ checkpoints }) => {
        if (checkpoints.done !== 1 || removed) return;
        removed = true;
        rmSync(join(folder, new SweepObjects('s')[table]('first')));
        rmSync(unitObject(manifest, 0, 2));
      });
      expect(outcome).toMatchObject({
        cells: { done: 6, failed: 0 },
        checkpoints: { done: 2 },
        failures: [],
        held: 6,
      });
      expect(await rows()).toEqual(Array(2).fill('6 rows, 3 of 3 cells'));
    },
  );

  it('are named as lost where they go away each time, and the tables say what they hold', async () => {
    const manifest = await prepared();
    const outcome = await run(manifest, () => rmSync(unitObject(manifest, 0, 1), { force: true }));
    expect(outcome).toMatchObject({ cells: { total: 6, done: 5, failed: 1 }, held: 5 });
    expect(outcome.failures).toMatchObject([
      { checkpoint: 'first', layer: 'b', task: 'measure', attempts: 4, code: 'OBJECT_LOST' },
    ]);
    expect(await rows()).toEqual(['4 rows, 2 of 3 cells', '6 rows, 3 of 3 cells']);
    const store = await openStore(folder);
    const { cells, incomplete } = await completenessOf(manifest, store, await readFailures(store, 's'));
    expect(cells).toEqual({ total: 6, held: 5, failed: 0, lost: 1, missing: 0 });
    expect(incomplete).toEqual([]);
    const table = tableFromIPC(await store.get(new SweepObjects('s').checkpoints));
    const column = (name: string): unknown[] => Array.from(table.getChild(name) ?? []);
    expect([column('checkpoint'), column('cells'), column('cells_planned')]).toEqual([
      ['first', 'second'],
      [2, 3],
      [3, 3],
    ]);
    expect(await runSweep(manifest, { store: folder, threads: 1 })).toMatchObject({ failures: [], held: 6 });
  });

  it('are named as lost where a finished table goes away each time', async () => {
    const manifest = await prepared();
    const table = join(folder, new SweepObjects('s').units('second'));
    const outcome = await run(manifest, () => rmSync(table, { force: true }));
    expect(outcome.failures).toMatchObject([
      { checkpoint: 'second', task: 'aggregate', code: 'OBJECT_LOST' },
    ]);
    expect(outcome.held).toBe(3);
  });

  it('count as missing in the sweep’s state where they go away after its end', async () => {
    const manifest = await prepared();
    await runSweep(manifest, { store: folder, threads: 1 });
    rmSync(join(folder, new SweepObjects('s').units('second')));
    const { cells, incomplete } = await completenessOf(manifest, await openStore(folder), []);
    expect(cells).toEqual({ total: 6, held: 3, failed: 0, lost: 0, missing: 3 });
    expect(incomplete).toEqual([1]);
  });
});

describe('a complete sweep that is run again', () => {
  const again = (manifest: Manifest): Promise<unknown> => runSweep(manifest, { store: folder, threads: 1 });
  const everything = { cells: { total: 6, done: 6, failed: 0 }, checkpoints: { done: 2 }, held: 6 };

  it('begins no task', async () => {
    const manifest = await prepared(', births: true');
    await again(manifest);
    const told: SweepProgress[] = [];
    expect(await run(manifest, (progress) => told.push(progress))).toMatchObject(everything);
    // Once, of all that was found done.
    expect(told).toMatchObject([{ cells: { done: 6, cached: 6 }, checkpoints: { done: 2 }, maps: 0 }]);
  });

  it.each(['units', 'births'] as const)(
    'makes the object of %s again that is gone, and no other',
    async (kind) => {
      const manifest = await prepared(', births: true');
      await again(manifest);
      const [cell] = checkpointTasks(manifest, 1)[2]?.cells ?? [];
      const gone = join(folder, cell === undefined ? '' : cellKeys(manifest, cell)[kind]);
      rmSync(gone);
      expect(await again(manifest)).toMatchObject({ ...everything, cells: { done: 6, cached: 5 }, maps: 4 });
      expect(existsSync(gone)).toBe(true);
    },
  );

  it.each(['units', 'layers', 'births'] as const)(
    'makes the table of %s again that is gone',
    async (table) => {
      const manifest = await prepared(', births: true');
      await again(manifest);
      const gone = join(folder, new SweepObjects('s')[table]('first'));
      rmSync(gone);
      expect(await again(manifest)).toMatchObject({ ...everything, maps: 0 });
      expect(existsSync(gone)).toBe(true);
    },
  );

  it('makes its tables anew where the statistics are others', async () => {
    await again(await prepared());
    const manifest = {
      ...(await prepared()),
      statistics: { threshold: 1, minSelectiveRate: 0, bootstrap: 10 },
    };
    const store = await openStore(folder);
    await prepareSweep(store, manifest, 'anew', { replace: true });
    expect(await again(manifest)).toMatchObject({ ...everything, maps: 0 });
    const { schema } = tableFromIPC(await store.get(new SweepObjects('s').layers('first')));
    expect(schema.metadata.get('unitscope.threshold')).toBe('1');
  });
});
