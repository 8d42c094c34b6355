import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChanges, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { largeSweep } from '../../packages/query/bench/large-sweep.mjs';
import { reluNoise, writeActivations } from '../e2e/support/activation-files.ts';
import { BIN } from '../e2e/support/command-line.ts';
import { startDashboard } from './site.ts';
import { shownTable } from './shown-table.ts';
import { useBrowser } from './visit.ts';

// 200,000 rows of units, where the benchmark has 10 million (npm run bench:dashboard): these take a minute to write and to scan.
const ROWS = 200_000;
const folder = mkdtempSync(join(tmpdir(), 'unitscope-large-'));
const store = join(folder, 'store');
let dashboard: Awaited<ReturnType<typeof startDashboard>> | undefined;

beforeAll(async () => {
  cpSync(await largeSweep(join(folder, 'made'), ROWS), store, { recursive: true, preserveTimestamps: true });
  await writeGrid();
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'sweep', 'grid.yaml', '--store', store], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).not.toMatch(/^unitscope: [a-z]+:/m);
  expect(status).toBe(0);
  dashboard = await startDashboard(folder, store, ['--no-temporal']);
});
afterAll(() => dashboard?.stop());
const visit = useBrowser(() => dashboard?.url ?? '');

/** Two settings by two seeds by three steps, of two layers. */
async function writeGrid(): Promise<void> {
  mkdirSync(join(folder, 'maps'));
  let made = 0;
  for (const lr of [0.1, 0.01])
    for (const seed of [1, 2])
      for (const step of [0, 10, 20])
        for (const [layerIndex, layer] of ['conv1', 'conv2'].entries()) {
          const metadata = { 'unitscope.meta': JSON.stringify({ lr, seed, step }) };
          await writeActivations(
            join(folder, 'maps', `${made++}.arrow`),
            reluNoise(made, { units: 8, images: 20 }),
            {
              ...{ layer, layerIndex, metadata, category: 'cat' },
              checkpoint: `lr${lr}-s${seed}-${step}`,
            },
          );
        }
  writeFileSync(
    join(folder, 'grid.yaml'),
    'name: grid\nsource: { activations: ["maps/*.arrow"], run: [lr, seed] }\n',
  );
}

test('of many checkpoints the Overview has the units that died, as query has them', async () => {
  const results = await SweepResults.open(await openStore(store), 'bench');
  const [changes] = await runChanges(results);
  await visit({}, async ({ page, open, picture }) => {
    await open('/sweeps/bench');
    const text = await page.locator('[data-question="Which units died?"]').innerText();
    expect(text).toContain(changes?.died === 0 ? 'None' : `${changes?.died} of`);
    await picture('large-overview');
  });
});

test('a grid of trainings says which units died in which of them, each with its page', async () => {
  const results = await SweepResults.open(await openStore(store), 'grid', { threshold: 6 });
  const changes = await runChanges(results);
  const expected = changes.flatMap(({ run, dead }) =>
    dead.map(({ layer, units }) => ({
      training: run,
      layer,
      died: String(units.length),
      units: units.join(' '),
    })),
  );
  expect(expected.length).toBeGreaterThan(0);
  await visit({}, async ({ page, open, picture, violations }) => {
    await open('/sweeps/grid?threshold=6');
    expect(await shownTable(page, 'Units that died, by training and layer')).toEqual(expected);
    const died = changes.reduce((sum, one) => sum + one.died, 0);
    expect(await page.locator('[data-question="Which units died?"]').innerText()).toContain(`${died} of`);
    await picture('grid-overview');
    expect(await violations()).toEqual([]);
    const link = page.locator('.unit-list a').first();
    const unit = await link.innerText();
    await link.click();
    await page.waitForURL(/\/sweeps\/grid\/unit\?/);
    expect(new URL(page.url()).searchParams.get('unit')).toBe(unit);
    expect(new URL(page.url()).searchParams.get('run')).toBe(expected[0]?.training);
  });
});

test('a grid of trainings is told apart: four runs in the table, as paths, and by name', async () => {
  await visit({}, async ({ page, open, picture, violations }) => {
    await open('/');
    const rows = await shownTable(page, 'Sweeps');
    expect(rows.find(({ sweep }) => sweep === 'grid')).toMatchObject({ runs: '4', checkpoints: '12' });
    await open('/sweeps/grid/checkpoints');
    const points = await shownTable(page, 'Checkpoints');
    expect(points).toHaveLength(12);
    expect(new Set(points.map(({ run }) => run)).size).toBe(4);
    await picture('grid-checkpoints');
    expect(await violations()).toEqual([]);
    await open('/sweeps/grid/trend');
    await picture('grid-trend');
    await open('/sweeps/grid/compare?a=lr%3D0.1&b=lr%3D0.01');
    // Of which training A and B are they say themselves, and between trainings no unit died.
    expect(await page.getByRole('combobox', { name: /^Training/ }).count()).toBe(0);
    for (const row of await shownTable(page, 'Layers compared')) expect(row).not.toHaveProperty('died');
  });
});
