import type { Page } from 'playwright-core';
import { expect } from 'vitest';

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Drags over the first chart between two places of it. */
export async function drag(page: Page, from: Place, to: Place): Promise<void> {
  const chart = await page.locator('.drawing svg').first().boundingBox();
  const { x, y } = chart!;
  await page.mouse.move(x + from.x, y + from.y);
  await page.mouse.down();
  await page.mouse.move(x + (from.x + to.x) / 2, y + (from.y + to.y) / 2, { steps: 3 });
  await page.mouse.move(x + to.x, y + to.y, { steps: 3 });
  expect(await page.locator('.brush').count()).toBe(1);
  await page.mouse.up();
}

/** Where a mark stands in its chart. */
export async function placeOf(page: Page, mark: number): Promise<Place> {
  const chart = (await page.locator('.drawing svg').first().boundingBox())!;
  const box = (await page.locator('.drawing [data-row]').nth(mark).boundingBox())!;
  return { x: box.x + box.width / 2 - chart.x, y: box.y + box.height / 2 - chart.y };
}

/** The values of a column over the marks of the chart. */
export async function shown(page: Page, column: string): Promise<unknown[]> {
  const rows = await page
    .locator('.drawing [data-row]')
    .evaluateAll((marks) => marks.map((mark) => mark.getAttribute('data-row') ?? '{}'));
  return [...new Set(rows.map((row) => (JSON.parse(row) as Record<string, unknown>)[column]))];
}
