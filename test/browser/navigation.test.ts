import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();

test('Back leads to where one was on the page', async () => {
  await visit({ viewport: { width: 1280, height: 500 } }, async ({ page, open }) => {
    await open('/sweeps/demo');
    await page.evaluate(() => window.scrollTo(0, 700));
    await page.waitForTimeout(400);
    const before = await page.evaluate(() => window.scrollY);
    expect(before).toBeGreaterThan(300);
    await page
      .locator('nav[aria-label="Views of the sweep"] a')
      .getByText('Heatmap')
      .evaluate((link) => (link as HTMLElement).click());
    await page.waitForURL(/heatmap/);
    await settled(page);
    expect(await page.evaluate(() => window.scrollY)).toBeLessThan(before);
    await page.goBack();
    await settled(page);
    await page.waitForFunction((to) => Math.abs(window.scrollY - to) < 3, before);
  });
});

/** The list of sweeps comes a second and a half later than the results. */
async function lateBoard(page: Page): Promise<void> {
  await page.route('**/api/sweeps', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
}

test('nothing moves when the board comes after what the results answer', async () => {
  for (const width of [1280, 400]) {
    await visit({ viewport: { width, height: 500 } }, async ({ page, open }) => {
      await lateBoard(page);
      await open('/sweeps/demo/sql');
      const top = (): Promise<number> =>
        page.evaluate(() => document.querySelector('.tabs')!.getBoundingClientRect().top);
      const before = await top();
      expect(await page.locator('.strip').count()).toBe(0);
      await page.waitForSelector('.strip');
      await settled(page);
      expect(Math.abs((await top()) - before)).toBeLessThan(2);
    });
  }
  await visit({ viewport: { width: 1280, height: 500 } }, async ({ page, open }) => {
    await lateBoard(page);
    await open('/sweeps/demo');
    await page.evaluate(() => window.scrollTo(0, 700));
    await page.waitForSelector('.strip');
    await settled(page);
    expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(600);
  });
});

test('the layer and what is compared stay when the view changes', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/compare?a=step-0016&b=step-0128&layer=conv2&category=3');
    const tab = (name: string): Promise<void> => page.getByRole('link', { name, exact: true }).click();
    await tab('Heatmap');
    await page.waitForURL(/heatmap/);
    await settled(page);
    expect(await page.getByRole('combobox', { name: 'Layer' }).inputValue()).toBe('conv2');
    await tab('Compare');
    await page.waitForURL(/\/compare/);
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toMatchObject({
      a: 'step-0016',
      b: 'step-0128',
      layer: 'conv2',
      category: '3',
    });
  });
});

test('the order of a table is in the address', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/trend');
    await page.locator('table[data-table="Layers"] button.sort').getByText('layer').click();
    await page.locator('table[data-table="Layers"] button.sort').getByText('layer').click();
    await page.waitForURL(/sort-layers=-layer/);
    const order = (): Promise<string[]> =>
      page.locator('table[data-table="Layers"] td[data-column="layer"]').allInnerTexts();
    const sorted = await order();
    expect(sorted).toEqual([...sorted].sort().reverse());
    await page.reload();
    await settled(page);
    expect(await order()).toEqual(sorted);
  });
});

test.each([
  ['/sweeps/demo?layer=conv9', /no layer “conv9”. There are conv1, conv2/],
  ['/sweeps/demo/heatmap?category=cat', /no category “cat”. There are 0, 1/],
])('%s is refused once, with what there is', async (path, message) => {
  await visit({}, async ({ page, open }) => {
    await open(path);
    expect(await page.getByRole('alert').count()).toBe(1);
    expect(await page.getByRole('alert').innerText()).toMatch(message);
  });
});

test('a sweep that is not there is said once, with those that are', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/nothing');
    expect(await page.locator('h1').innerText()).toBe('No sweep “nothing” in this store');
    expect(await page.locator('main li a').allInnerTexts()).toEqual(expect.arrayContaining(['demo', 'made']));
  });
});

/** What has the focus, by its text. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent ?? ''}`);

test('whichever way one goes to another view, the focus is on its heading', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/heatmap');
    await page.locator('.marked').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/unit/);
    await settled(page);
    expect(await focused(page)).toBe('H1 demo: Unit');
    await page.goBack();
    await page.waitForURL(/\/heatmap/);
    await settled(page);
    expect(await focused(page)).toBe('H1 demo: Heatmap');
    await page.getByRole('link', { name: 'Rank', exact: true }).press('Enter');
    await settled(page);
    expect(await focused(page)).toBe('H1 demo: Rank');
    const layer = page.getByRole('combobox', { name: 'Layer' });
    await layer.focus();
    await layer.selectOption('conv2');
    await page.waitForURL(/layer=conv2/);
    await settled(page);
    expect(await focused(page)).toMatch(/^SELECT/);
  });
});

test('an address that is no address is told by the page, with a way home', async () => {
  await visit({}, async ({ page, open, expectComplaint }) => {
    expectComplaint(/404/);
    await open('/sweeps/%');
    await page.getByRole('heading', { name: 'No sweep “%” in this store' }).waitFor();
    await page.getByRole('link', { name: 'The sweeps of the store' }).click();
    await page.waitForURL((url) => url.pathname === '/');
  });
});
