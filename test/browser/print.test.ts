import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { nameOf, viewPaths } from './views.ts';
import { useBrowser } from './visit.ts';

const visit = useBrowser();
let paths: string[] = [];

beforeAll(async () => {
  paths = await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo');
    return ['/', ...(await viewPaths(page))];
  });
});

/** A4 less its margins, in CSS's px. */
const PAPER = 690;

test.each(['light', 'dark'] as const)(
  'a printed page, %s, has no controls and its charts whole',
  async (colorScheme) => {
    await visit({ colorScheme, viewport: { width: 1280, height: 900 } }, async ({ page, open, picture }) => {
      for (const path of paths) {
        await open(path);
        await page.emulateMedia({ media: 'print' });
        await page.setViewportSize({ width: PAPER, height: 980 });
        await picture(`print-${nameOf(path)}-${colorScheme}`);
        expect({
          path,
          controls: await page.locator('select:visible, input:visible, .tabs:visible').count(),
        }).toEqual({
          path,
          controls: 0,
        });
        const widest = await page
          .locator('.drawing svg:visible')
          .evaluateAll((charts) =>
            Math.max(0, ...charts.map((chart) => chart.getBoundingClientRect().right)),
          );
        expect({ path, isWhole: widest <= PAPER }).toEqual({ path, isWhole: true });
        expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
          'rgb(255, 255, 255)',
        );
        await page.emulateMedia({ media: null });
        await page.setViewportSize({ width: 1280, height: 900 });
      }
    });
  },
);

test('the ring of what has the focus is cut nowhere', async () => {
  await visit({ viewport: { width: 1280, height: 900 } }, async ({ page, open }) => {
    for (const path of paths) {
      await open(path);
      for (let i = 0; i < 60; i += 1) {
        await page.keyboard.press('Tab');
        const cut = await cutRing(page);
        if (cut === null) break;
        expect({ path, cut }).toEqual({ path, cut: '' });
      }
    }
  });
});

/** What cuts the ring of the element that has the focus; '': nothing; null: none has it. */
function cutRing(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body) return null;
    const { outlineWidth, outlineOffset, outlineStyle } = getComputedStyle(focused);
    if (outlineStyle === 'none' || !(focused instanceof HTMLElement)) return '';
    const reach = parseFloat(outlineWidth) + parseFloat(outlineOffset);
    const ring = focused.getBoundingClientRect();
    for (let box = focused.parentElement; box !== null && box !== document.body; box = box.parentElement) {
      const { overflowX, overflowY, overflowClipMargin } = getComputedStyle(box);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const margin = overflowX === 'clip' ? parseFloat(overflowClipMargin) : 0;
      const edge = box.getBoundingClientRect();
      // What a box is scrolled away from is not cut; what stands at its edge is.
      if (
        ring.left - reach < edge.left - margin - 0.5 ||
        ring.top - reach < edge.top - margin - 0.5 ||
        ring.bottom + reach > edge.bottom + margin + 0.5
      )
        return `${focused.tagName} “${focused.textContent.slice(0, 20)}” in ${box.tagName}.${box.className}`;
    }
    return '';
  });
}
