import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChanges, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { largeSweep } from '../../packages/query/bench/large-sweep.mjs';
import { reluNoise, writeActivations } from '../e2e/support/activation-files.ts';
import { BIN } from '../e2e/support/command-line.ts';
import { startDashboard } from './site.ts';
import { drag, placeOf, shown } from './drag.ts';
import { shownTable } from './shown-table.ts';
import { printed, told, type Told } from './tooltips.ts';
import { settled, useBrowser } from './visit.ts';

// 1,000 checkpoints: 1.7 GB, written in half a minute. No time is asserted here: `npm run bench:dashboard` and `bench:gestures` have them.
const ROWS = 10_000_000;
const folder = mkdtempSync(join(tmpdir(), 'unitscope-large-'));
let store: string;
let bench: SweepResults;
let dashboard: Awaited<ReturnType<typeof startDashboard>> | undefined;

beforeAll(async () => {
  store = await largeSweep(folder, ROWS);
  bench = await SweepResults.open(await openStore(store), 'bench');
  await writeGrid();
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'sweep', 'grid.yaml', '--store', store], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).not.toMatch(/^unitscope: [a-z]+:/m);
  expect(status).toBe(0);
  dashboard = await startDashboard(folder, store, ['--no-temporal']);
});
afterAll(async () => {
  await dashboard?.stop();
  rmSync(folder, { recursive: true, force: true });
});
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

/** Points at a mark of the first chart: what its tooltip shows. */
async function pointed(page: Page, mark: number): Promise<Told> {
  await page.locator('.drawing [data-row]').nth(mark).hover();
  await page.locator('.mark-tooltip').waitFor();
  return told(page);
}

test('over 10 M rows tooltips tell what query prints, of some hundreds of marks', async () => {
  await visit({}, async ({ page, open, picture }) => {
    await open('/sweeps/bench/trend');
    expect(await page.locator('.drawing [data-row]').count()).toBeLessThan(1500);
    const trend = await pointed(page, 37);
    const layers = await printed(
      bench,
      `select layer, checkpoint, entropy_mean, selective_rate_mean from layers
       where scope = 'all' and checkpoint = '${trend['checkpoint']}'`,
      2,
    );
    expect([trend['entropy'], trend['selective_rate']]).toEqual(
      layers.get(`${trend['layer']} ${trend['checkpoint']}`),
    );
    await picture('large-trend');

    await open('/sweeps/bench/heatmap?layer=conv3');
    const cell = await pointed(page, 1234);
    const units = await printed(
      bench,
      `select unit, checkpoint, avg(entropy) from units where sensitive and layer = 'conv3'
       and unit = ${cell['unit']} and checkpoint = '${cell['checkpoint']}' group by unit, checkpoint`,
      2,
    );
    expect([cell['entropy']]).toEqual(units.get(`${cell['unit']} ${cell['checkpoint']}`));
  });
});

test('over 10 M rows a part of the steps has checkpoints closer together, and bounds of H and ε list the units that query finds', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/bench/trend?steps=100..130');
    const steps = await page
      .locator('.drawing [data-row]')
      .evaluateAll((marks) => [
        ...new Set(
          marks.map((mark) => (JSON.parse(mark.getAttribute('data-row') ?? '{}') as { step: number }).step),
        ),
      ]);
    expect(steps.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 31 }, (_, i) => 100 + i));

    await open('/sweeps/bench/scatter?checkpoint=step-00500&unitsAt=step-00500&eps=0.1..0.12&h=0.5..0.6');
    const listed = await shownTable(page, 'Units chosen');
    const found = await printed(
      bench,
      `select layer, category, unit, entropy from units where sensitive and checkpoint = 'step-00500'
       and entropy >= 0.5 and entropy < 0.6 and selective_rate >= 0.1 and selective_rate < 0.12`,
      3,
    );
    expect(found.size).toBeGreaterThan(0);
    expect(listed).toHaveLength(found.size);
  });
});

test('of many checkpoints the Overview has the units that died, as query has them', async () => {
  const [changes] = await runChanges(bench);
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
    // A brush over the later two of three steps: nothing of the first is drawn, and all its figures stay.
    const steps = (await shown(page, 'step')).map(Number).sort((a, b) => a - b);
    expect(steps).toHaveLength(3);
    const layers = await shownTable(page, 'Layers over the trainings');
    const [from, to] = [await placeOf(page, 1), await placeOf(page, 2)];
    await drag(page, { x: from.x - 4, y: from.y }, { x: to.x + 4, y: to.y });
    await page.waitForURL((url) => url.searchParams.get('steps') === `${steps[1]}..${steps[2]}`);
    await settled(page);
    await expect
      .poll(async () => (await shown(page, 'step')).map(Number).sort((a, b) => a - b))
      .toEqual(steps.slice(1));
    expect(await page.locator('figure.chart .note').first().innerText()).toContain(
      `${steps[1]} to ${steps[2]}.`,
    );
    expect(await shownTable(page, 'Layers over the trainings')).toEqual(layers);
    await page.getByRole('button', { name: 'Reset' }).first().click();
    await expect.poll(async () => (await shown(page, 'step')).length).toBe(3);
    await open('/sweeps/grid/compare?a=lr%3D0.1&b=lr%3D0.01');
    // Of which training A and B are they say themselves, and between trainings no unit died.
    expect(await page.getByRole('combobox', { name: /^Training/ }).count()).toBe(0);
    for (const row of await shownTable(page, 'Layers compared')) expect(row).not.toHaveProperty('died');
  });
});
