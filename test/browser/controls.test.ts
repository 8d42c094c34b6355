import { runQuery, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { chartNumbers } from './shown-table.ts';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();

/** Mean H of conv4 at the last checkpoint, by the numbers of the trend. */
async function lastEntropy(page: Page): Promise<number> {
  const rows = await chartNumbers(page, 'demo-trend');
  const row = rows.find(({ layer, checkpoint }) => layer === 'conv4' && checkpoint === 'step-0512');
  return Number(row?.['entropy']);
}

async function expected(where: string, threshold?: number): Promise<number> {
  const results = await SweepResults.open(await openStore(inject('store')), 'demo', { threshold });
  const sql = `select entropy_mean from layers where layer = 'conv4' and checkpoint = 'step-0512' and ${where}`;
  return Number((await runQuery([results], sql)).rows()[0]?.[0]);
}

test('a filter changes the numbers and the address, and the address brings both back', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/trend');
    await page.getByRole('combobox', { name: 'Category' }).selectOption('3');
    await page.waitForURL(/category=3/);
    await page.getByRole('combobox', { name: 'Layer' }).selectOption('conv4');
    await page.waitForURL(/layer=conv4/);
    await settled(page);
    const filtered = await expected("scope = 'category' and category = '3'");
    expect(await lastEntropy(page)).toBeCloseTo(filtered, 12);
    const address = page.url();

    await open('/sweeps/demo');
    await page.goto(address);
    await settled(page);
    expect(await page.getByRole('combobox', { name: 'Category' }).inputValue()).toBe('3');
    expect(await lastEntropy(page)).toBeCloseTo(filtered, 12);
    const layers = await page.locator('table[data-table="Layers"] td[data-column="layer"]').allInnerTexts();
    expect(layers).toEqual(['conv4']);

    await page.getByRole('combobox', { name: 'Category' }).selectOption('');
    await page.waitForURL((url) => !url.searchParams.has('category'));
    await page.goBack();
    await settled(page);
    expect(await page.getByRole('combobox', { name: 'Category' }).inputValue()).toBe('3');
  });
});

test('the threshold slider restates the statistics, by the keyboard as well', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/trend');
    const slider = page.getByRole('slider');
    await slider.focus();
    for (let i = 0; i < 30; i++) await slider.press('ArrowLeft');
    await page.waitForURL(/threshold=\d+/);
    await page.waitForTimeout(300);
    await settled(page);
    const threshold = Number(new URL(page.url()).searchParams.get('threshold'));
    expect(threshold).toBeLessThan(50);
    expect(await page.locator('.slider output').innerText()).toBe(String(threshold));
    expect(await lastEntropy(page)).toBeCloseTo(await expected("scope = 'all'", threshold), 12);
    await page.getByRole('button', { name: 'back to 50' }).click();
    await page.waitForURL((url) => !url.searchParams.has('threshold'));
  });
});

test('the keyboard alone reaches every control, and each shows where it is', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/trend');
    const wanted = await page
      .locator('a[href], button:not(:disabled), select, input, textarea, summary, [tabindex="0"]')
      .filter({ visible: true })
      .count();
    const seen = new Set<string>();
    for (let i = 0; i < 2 * wanted; i++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return null;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const { width, height } = element.getBoundingClientRect();
        const all = [...document.querySelectorAll('*')];
        return {
          at: all.indexOf(element),
          outlined: outlineStyle !== 'none' && outlineWidth !== '0px',
          visible: width > 0 && height > 0,
          html: element.outerHTML.slice(0, 120),
        };
      });
      if (focused === null) break;
      expect(focused).toMatchObject({ outlined: true, visible: true });
      seen.add(String(focused.at));
    }
    expect(seen.size).toBe(wanted);

    await open('/');
    await page.getByRole('link', { name: 'demo', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/sweeps\/demo$/);
    await settled(page);
    await page.getByRole('link', { name: 'Trend' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/sweeps\/demo\/trend/);
    await settled(page);
    const sort = page.locator('table[data-table="Layers"] button.sort').nth(3);
    await sort.focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('th[aria-sort="descending"]').count()).toBe(1);
  });
});

test('a chart is saved as SVG and its numbers as CSV', async () => {
  await visit({ acceptDownloads: true }, async ({ page, open }) => {
    await open('/sweeps/demo/trend');
    const saved = async (name: RegExp): Promise<string> => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('figure[data-chart="demo-trend"]').getByRole('button', { name }).click(),
      ]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    };
    expect(await saved(/^SVG/)).toMatch(/^<svg[^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    const csv = await saved(/^CSV/);
    expect(csv.split(/\r?\n/)[0]).toBe(
      'layer,checkpoint,step,entropy,low,high,relative,selective_rate,against',
    );
    expect(csv.trim().split(/\r?\n/)).toHaveLength(1 + 4 * 11);
  });
});
