import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reluNoise, writeActivations } from '../e2e/support/activation-files.ts';
import { BIN } from '../e2e/support/command-line.ts';
import { startDashboard } from './site.ts';
import { settled, useBrowser } from './visit.ts';

let dashboard: Awaited<ReturnType<typeof startDashboard>> | undefined;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unitscope-trainings-'));
  await writeGrid(folder);
  const store = join(folder, 'store');
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'sweep', 'grid.yaml', '--store', store], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  dashboard = await startDashboard(folder, store, ['--no-temporal']);
});
afterAll(() => dashboard?.stop());
const visit = useBrowser(() => dashboard?.url ?? '');

/** Two settings by two seeds; those of the higher rate end a step earlier. The first layer has 8 units, the second 4. */
async function writeGrid(folder: string): Promise<void> {
  mkdirSync(join(folder, 'maps'));
  let made = 0;
  for (const lr of [0.01, 0.1])
    for (const seed of [1, 2])
      for (const step of lr === 0.1 ? [0, 10] : [0, 10, 20])
        for (const [layerIndex, layer] of ['conv1', 'conv2'].entries()) {
          const metadata = { 'unitscope.meta': JSON.stringify({ lr, seed, step }) };
          const maps = reluNoise(made, { units: layerIndex === 0 ? 8 : 4, images: 12 });
          await writeActivations(join(folder, 'maps', `${made++}.arrow`), maps, {
            ...{ layer, layerIndex, metadata, category: 'cat' },
            checkpoint: `lr${lr}-s${seed}-${step}`,
          });
        }
  writeFileSync(
    join(folder, 'grid.yaml'),
    'name: grid\nsource: { activations: ["maps/*.arrow"], run: [lr, seed] }\n',
  );
}

const training = (page: Page) => page.getByRole('combobox', { name: 'Training' });
const checkpoint = (page: Page) => page.getByRole('combobox', { name: 'Checkpoint' });
const parameter = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name);

test('choosing a training leads to its checkpoint of the same step, else to its last', async () => {
  await visit({}, async ({ page, open }) => {
    for (const view of ['depth', 'atlas', 'rank', 'scatter', 'unit']) {
      await open(`/sweeps/grid/${view}?checkpoint=lr0.01-s1-10&run=lr=0.01, seed=1`);
      await training(page).selectOption('lr=0.01, seed=2');
      await page.waitForURL((url) => url.searchParams.get('checkpoint') === 'lr0.01-s2-10');
      await settled(page);
      expect(await checkpoint(page).inputValue()).toBe('lr0.01-s2-10');
    }
    await open('/sweeps/grid/unit?checkpoint=lr0.01-s1-20');
    await training(page).selectOption('lr=0.1, seed=2');
    await page.waitForURL((url) => url.searchParams.get('checkpoint') === 'lr0.1-s2-10');
    await settled(page);
    expect(await training(page).inputValue()).toBe('lr=0.1, seed=2');

    await open('/sweeps/grid/distribution?a=lr0.01-s1-0&b=lr0.01-s1-20&h=0..&unitsAt=lr0.01-s1-20');
    await training(page).selectOption('lr=0.1, seed=1');
    await page.waitForURL((url) => url.searchParams.get('a') === 'lr0.1-s1-0');
    await settled(page);
    expect(['b', 'unitsAt'].map((name) => parameter(page, name))).toEqual(['lr0.1-s1-10', 'lr0.1-s1-10']);
    expect(await page.locator('main').innerText()).not.toContain('lr0.01-s1');
  });
});

test('an address that names a checkpoint is of its training, whatever training it names', async () => {
  await visit({}, async ({ page, open, picture }) => {
    for (const view of ['trend', 'depth', 'heatmap', 'atlas', 'rank', 'scatter', 'unit']) {
      await open(`/sweeps/grid/${view}?checkpoint=lr0.1-s2-0&run=lr=0.01, seed=1`);
      await page.waitForURL((url) => url.searchParams.get('run') === 'lr=0.1, seed=2');
      await settled(page);
      expect(await training(page).inputValue()).toBe('lr=0.1, seed=2');
      expect(await page.getByRole('alert').count()).toBe(0);
    }
    await picture('training-of-checkpoint');
    await open('/sweeps/grid/unit?checkpoint=lr0.1-s2-0');
    expect(await training(page).inputValue()).toBe('lr=0.1, seed=2');
  });
});

test('checkpoints of two trainings are not shown as of one', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/grid/distribution?a=lr0.1-s2-0&b=lr0.01-s1-20');
    expect(await page.getByRole('alert').innerText()).toMatch(
      /Training lr=0.1, seed=2 has no checkpoint “lr0.01-s1-20”. There are lr0.1-s2-0, lr0.1-s2-10/,
    );
    await page.getByRole('link', { name: 'Distribution without it' }).click();
    await settled(page);
    expect([parameter(page, 'a'), parameter(page, 'b')]).toEqual(['lr0.1-s2-0', null]);
    expect(await page.getByRole('alert').count()).toBe(0);
    await open('/sweeps/grid/unit?checkpoint=nothing');
    expect(await page.getByRole('alert').count()).toBe(1);
  });
});
