import { beforeAll, describe, expect, test } from 'vitest';
import { nameOf, viewPaths } from './views.ts';
import { useBrowser } from './visit.ts';

const visit = useBrowser();
let paths: string[] = [];

beforeAll(async () => {
  paths = await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo');
    return ['/', ...(await viewPaths(page)), '/sweeps/nothing', '/sweeps/demo/nothing', '/elsewhere'];
  });
});

test('a sweep has views for its trend, depth, distribution and heatmap, a comparison, a unit and SQL', () => {
  const views = paths.map((path) => path.split('/')[3] ?? '');
  expect(views).toEqual(
    expect.arrayContaining(['trend', 'depth', 'distribution', 'heatmap', 'compare', 'unit', 'sql']),
  );
});

describe.each([
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['400 px wide', { colorScheme: 'light', viewport: { width: 400, height: 800 } }],
] as const)('every page, %s,', (name, options) => {
  test('opens without a complaint of the browser or of axe-core, and is no wider than the window', async () => {
    await visit(options, async ({ page, open, violations, picture }) => {
      for (const path of paths) {
        await open(path);
        await picture(`${nameOf(path)}-${name.replaceAll(' ', '-')}`);
        expect({ path, violations: await violations() }).toEqual({ path, violations: [] });
        const over = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return Math.max(0, scrollWidth - clientWidth);
        });
        expect({ path, over }).toEqual({ path, over: 0 });
        expect(await page.title()).toMatch(/unitscope$/);
        const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(dark === 'rgb(255, 255, 255)').toBe(options.colorScheme === 'light');
      }
    });
  });
});

test('every page has one main heading, and headings that do not skip a level', async () => {
  await visit({}, async ({ page, open }) => {
    for (const path of paths.slice(0, -3)) {
      await open(path);
      const levels = await page
        .locator('h1, h2, h3, h4')
        .evaluateAll((headings) => headings.map(({ tagName }) => Number(tagName.slice(1))));
      expect({ path, ones: levels.filter((level) => level === 1).length }).toEqual({ path, ones: 1 });
      levels.forEach((level, i) => expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1));
    }
  });
});
