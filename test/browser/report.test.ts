import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { htmlPage, htmlTable, trendChart } from '@unitscope/plots';
import { launchChromium } from './chromium.js';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  [browser, folder] = [await launchChromium(), await mkdtemp(join(tmpdir(), 'unitscope-report-'))];
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

it.each(['light', 'dark'] as const)('a report is good at 400 px and follows a %s system', async (scheme) => {
  const series = [{ name: 'conv1', points: [0, 1, 2].map((step) => ({ step, value: step })) }];
  const draw = (theme: 'light' | 'dark', width: number): Promise<string> =>
    trendChart({ title: 'A trend', panels: [{ label: 'H', series }] }, { theme, width });
  const figures = await Promise.all(
    (['light', 'dark'] as const).map(
      async (theme) =>
        `<figure class="on-${theme}"><div class="narrow">${await draw(theme, 360)}</div><div class="wide">${await draw(theme, 720)}</div></figure>`,
    ),
  );
  const columns = Array.from({ length: 12 }, (_, i) => `column ${i}`);
  const file = join(folder, `${scheme}.html`);
  await writeFile(file, htmlPage('A report', [...figures, htmlTable('Wide', columns, [columns])], 'auto'));
  const page = await browser.newPage({ viewport: { width: 400, height: 800 }, colorScheme: scheme });
  await page.goto(pathToFileURL(file).href);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400);
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(ground).toBe(scheme === 'dark' ? 'rgb(20, 23, 28)' : 'rgb(255, 255, 255)');
  expect(await page.locator('div > svg:visible').count()).toBe(1);
  // Its texts are as large as they are drawn: it is not scaled down.
  const { width = 0 } = (await page.locator('div > svg:visible').boundingBox()) ?? {};
  expect(width).toBe(360);
  expect(await page.locator('div > svg:visible > rect').getAttribute('fill')).toBe(
    scheme === 'dark' ? '#14171c' : '#ffffff',
  );
  await page.setViewportSize({ width: 1000, height: 800 });
  expect((await page.locator('div > svg:visible').boundingBox())?.width).toBe(720);
  await page.close();
});
