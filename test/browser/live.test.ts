import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, inject, test } from 'vitest';
import { BIN } from '../e2e/support/command-line.ts';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();

test('a sweep that is started while the page is open appears, advances and completes by itself', async () => {
  await visit({}, async ({ page, open, picture }) => {
    await open('/');
    const card = page.locator('[data-sweep="live"]');
    expect(await card.count()).toBe(0);
    const sweep = spawn(process.execPath, [BIN, 'sweep', inject('liveSpec'), '--store', inject('store')], {
      stdio: 'ignore',
    });
    const ended = once(sweep, 'exit');
    try {
      await card.waitFor();
      const shares = new Set<number>();
      let state = '';
      while (state !== 'complete') {
        shares.add(Number(await card.locator('progress').getAttribute('value')));
        state = await card.locator('.state').getAttribute('data-state').then(String);
        if (shares.size === 2) await picture('sweeps-live');
        await page.waitForTimeout(100);
      }
      const inOrder = [...shares];
      expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
      // However fast the machine: it was seen between nothing and all.
      expect(inOrder.some((share) => share > 0 && share < 1)).toBe(true);
      expect(inOrder.at(-1)).toBe(1);
      expect(await ended).toEqual([0, null]);
    } finally {
      sweep.kill('SIGKILL');
    }
    await card.getByRole('link', { name: 'live', exact: true }).click();
    await settled(page);
    await page.locator('figure[data-chart="live-trend"] svg').first().waitFor();
  });
});
