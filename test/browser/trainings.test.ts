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

test('choosing a layer goes to its unit of the same number, else to its last; other views forget a unit of another layer', async () => {
  await visit({}, async ({ page, open, expectComplaint }) => {
    const layer = page.getByRole('combobox', { name: 'Layer' });
    const unit = (number: number): Promise<number> =>
      page.getByRole('heading', { name: new RegExp(`^Unit ${number} of`) }).count();
    await open('/sweeps/grid/unit?layer=conv1&unit=6');
    await layer.selectOption('conv2');
    await page.waitForURL((url) => url.searchParams.get('layer') === 'conv2');
    await settled(page);
    expect(parameter(page, 'unit')).toBe('3');
    expect(await unit(3)).toBe(1);
    await layer.selectOption('conv1');
    await page.waitForURL((url) => url.searchParams.get('layer') === 'conv1');
    await settled(page);
    expect(parameter(page, 'unit')).toBe('3');

    await page.getByRole('link', { name: 'Heatmap', exact: true }).click();
    await settled(page);
    await page.getByRole('link', { name: 'Unit', exact: true }).click();
    await settled(page);
    expect(await unit(3)).toBe(1);
    await page.getByRole('link', { name: 'Heatmap', exact: true }).click();
    await settled(page);
    await layer.selectOption('conv2');
    await page.waitForURL((url) => !url.searchParams.has('unit'));

    expectComplaint(/404/);
    await open('/sweeps/grid/unit?layer=conv2&unit=6');
    expect(await page.getByRole('alert').innerText()).toMatch(/no unit 6 .*its units are 0 to 3/);
    await page.getByRole('link', { name: 'Unit without it' }).click();
    await settled(page);
    expect(await unit(0)).toBe(1);
  });
});

test.each([
  ['unit?unit=abc', /unit: expected a whole number from 0, found "abc"/],
  ['trend?threshold=-5', /threshold: expected a whole number/],
  ['unit?definition=zzz', /definition: expected code or paper/],
  ['trend?steps=300..4', /steps: expected two numbers/],
  ['scatter?h=5..1', /h: expected two numbers/],
])('%s is told once, with a way on', async (path, message) => {
  await visit({}, async ({ page, open }) => {
    await open(`/sweeps/grid/${path}`);
    expect(await page.getByRole('alert').count()).toBe(1);
    expect(await page.getByRole('alert').innerText()).toMatch(message);
    await page.getByRole('link', { name: /without it$/ }).click();
    await settled(page);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.locator('main form.filters').count()).toBeGreaterThan(1);
  });
});

test('a parameter that a view does not take is told once, above the view', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/grid/rank?ranking=zzz');
    const notice = page.locator('.notice').getByText(/Rank takes no "ranking": expected by, /);
    expect(await notice.count()).toBe(1);
    await page.getByRole('link', { name: 'Rank without it' }).click();
    await settled(page);
    expect([await notice.count(), (await page.getByRole('table').count()) > 0]).toEqual([0, true]);
  });
});

test('SQL claims no training that it does not filter by', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/grid/sql?run=lr=0.1, seed=2');
    expect(await training(page).count()).toBe(0);
    expect(await page.locator('form.sql').innerText()).toMatch(/of all trainings/);
  });
});

test('a comparison with one side has another that can be compared with it', async () => {
  await visit({}, async ({ page, open }) => {
    const side = (name: RegExp): Promise<string> => page.getByRole('combobox', { name }).inputValue();
    await open('/sweeps/grid/compare?a=lr=0.01,step=10');
    expect(await side(/^B:/)).toBe('lr=0.1,step=10');
    expect([await page.getByRole('alert').count(), await training(page).count()]).toEqual([0, 0]);
    await open('/sweeps/grid/compare?b=lr0.1-s2-10');
    expect(await side(/^A:/)).toBe('lr0.1-s2-0');
    expect(await training(page).inputValue()).toBe('lr=0.1, seed=2');
    expect(await page.getByRole('alert').count()).toBe(0);
    await open('/sweeps/grid/compare?a=step=10');
    expect(await page.locator('.notice').innerText()).toMatch(
      /nothing says what “step=10” is to be compared with/,
    );
  });
});
