import { runQuery, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import { describe, expect, inject, test } from 'vitest';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();

test('the network stands as a strip with what query has of each layer, and chooses layers by the keyboard', async () => {
  const results = await SweepResults.open(await openStore(inject('store')), 'demo');
  const sql = `select layer, map_size, entropy_mean, relative_entropy_mean from layers
    where scope = 'all' and checkpoint = 'step-0512' order by layer_index`;
  const expected = (await runQuery([results], sql)).rows();
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/trend');
    const strip = page.getByRole('listbox', { name: 'Layers' });
    await strip.waitFor();
    const rows = await strip
      .getByRole('option')
      .evaluateAll((layers) =>
        layers.map((layer) => JSON.parse(layer.getAttribute('data-row') ?? '') as object),
      );
    expect(rows.map((row) => Object.values(row) as unknown[])).toEqual(expected);
    await strip.getByRole('option').first().focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.network .mark-tooltip').innerText()).toContain('conv2');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.getAll('layer').join() === 'conv2');
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+Enter');
    await page.waitForURL((url) => url.searchParams.getAll('layer').join() === 'conv2,conv4');
    await settled(page);
    const tables = page.locator('table[data-table="Layers"] td[data-column="layer"]');
    expect(await tables.allInnerTexts()).toEqual(['conv2', 'conv4']);
    expect(await strip.getByRole('option', { selected: true }).count()).toBe(2);
    await open('/sweeps/demo/heatmap');
    await page.locator('.network-layer').nth(1).click();
    await page.waitForURL(/layer=conv2/);
  });
});

describe.each([
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['400', { colorScheme: 'light', viewport: { width: 400, height: 800 } }],
] as const)('the strip of 100 layers, %s,', (name, options) => {
  test('has every name whole, apart from the others and within the window, and nothing that axe-core minds', async () => {
    await visit(options, async ({ page, open, violations, picture }) => {
      await open('/sweeps/deep/depth');
      await page.locator('.network-layer').first().waitFor();
      expect(await page.locator('.network-layer').count()).toBe(100);
      await picture(`network-${name}`);
      const faults = await page.locator('.network').evaluate((strip) => {
        const names = [...strip.querySelectorAll<HTMLElement>('.layer-name, .block-name')];
        const boxes = names.map((text) => {
          const range = document.createRange();
          range.selectNodeContents(text);
          return { text: text.textContent, box: range.getBoundingClientRect() };
        });
        const known = boxes.filter(({ text }) => text.trim() !== '');
        return known.flatMap(({ text, box }, i) => [
          ...(box.left < 0 || box.right > window.innerWidth ? [`${text} leaves the window`] : []),
          ...known
            .slice(i + 1)
            .filter(
              ({ box: other }) =>
                box.left < other.right - 2 &&
                other.left < box.right - 2 &&
                box.top < other.bottom - 2 &&
                other.top < box.bottom - 2,
            )
            .map((other) => `${text} lies over ${other.text}`),
        ]);
      });
      expect(faults).toEqual([]);
      expect(await violations()).toEqual([]);
    });
  });
});
