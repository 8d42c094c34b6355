import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { activationSweep, storeOf, type ActivationSweep } from '../servers/activation-sweep.ts';
import { sweepClient, useTemporalServer } from '../servers/temporal.ts';
import { notingWorker } from '../servers/workers.ts';
import { startDashboard } from './site.ts';
import { useBrowser } from './visit.ts';

useTemporalServer();
const store = mkdtempSync(join(tmpdir(), 'unitscope-temporal-page-'));
let dashboard: Awaited<ReturnType<typeof startDashboard>> | undefined;
beforeAll(async () => {
  dashboard = await startDashboard(store, join(store, 'store'));
});
afterAll(() => dashboard?.stop());
const visit = useBrowser(() => dashboard?.url ?? '');

const state = (card: Locator): Promise<string | null> => card.locator('.state').getAttribute('data-state');
const share = async (card: Locator): Promise<number> =>
  Number(await card.locator('progress').getAttribute('value'));

/** Launches the sweep of this name on Temporal, over the dashboard's store. */
async function launch(sweep: ActivationSweep): Promise<void> {
  const client = await sweepClient();
  const pace = { heartbeatSeconds: 1, batchTasks: 2, batchSeconds: 1 };
  await client.launch(sweep.manifest, storeOf({ ...sweep, folder: store }), { spec: sweep.text, pace });
}

test('a sweep on Temporal is paused, resumed and, where tasks failed, retried from the page', async () => {
  const sweep = await activationSweep({ categories: ['0', '1', '2', '3', '4', '5'] });
  const cause = join(sweep.folder, 'cause');
  await writeFile(cause, '');
  await notingWorker({ TASK_DELAY_MS: '600', TASK_FAILS_WHILE: cause });
  await visit({}, async ({ page, open, picture }) => {
    await launch(sweep);
    await open('/');
    const card = page.locator('[data-sweep="tiny"]');
    await card.waitFor();
    await expect.poll(() => share(card), { timeout: 60_000 }).toBeGreaterThan(0);

    await card.getByRole('button', { name: /^Pause/ }).click();
    await expect.poll(() => state(card), { timeout: 30_000 }).toBe('paused');
    await page.waitForTimeout(4000); // what a worker has in hand ends with its next heartbeat
    const paused = await share(card);
    await page.waitForTimeout(2500);
    expect(await share(card)).toBe(paused);
    expect(paused).toBeLessThan(1);
    await picture('temporal-paused');

    await card.getByRole('button', { name: /^Resume/ }).click();
    await expect.poll(() => state(card), { timeout: 60_000 }).toBe('failed');
    await rm(cause);
    await card.getByRole('button', { name: /^Retry failed/ }).click();
    await expect.poll(() => state(card), { timeout: 60_000 }).toBe('complete');
  });
});

test('a sweep on Temporal is cancelled from the page', async () => {
  const sweep = await activationSweep({ categories: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] });
  await notingWorker({ TASK_DELAY_MS: '500' });
  await visit({}, async ({ page, open }) => {
    await launch({ ...sweep, manifest: { ...sweep.manifest, sweep: 'long' } });
    await open('/');
    const card = page.locator('[data-sweep="long"]');
    await card.waitFor();
    await expect.poll(() => state(card), { timeout: 30_000 }).toBe('running');
    await card.getByRole('button', { name: /^Cancel/ }).click();
    await expect.poll(() => state(card), { timeout: 60_000 }).toBe('cancelled');
  });
});
