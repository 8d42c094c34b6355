import { runQuery, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import type { Page } from 'playwright-core';
import { beforeAll, expect, inject, test } from 'vitest';
import { drag, placeOf, shown } from './drag.ts';
import { shownTable } from './shown-table.ts';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();
let demo: SweepResults;

beforeAll(async () => {
  demo = await SweepResults.open(await openStore(inject('store')), 'demo');
});

const has = (page: Page, name: string): Promise<void> =>
  page.waitForURL((url) => url.searchParams.has(name)).then(() => settled(page));
const lacks = (page: Page, name: string): Promise<void> =>
  page.waitForURL((url) => !url.searchParams.has(name)).then(() => settled(page));

test('a brush over the trend shows the steps between, and the address, a button and a double click know', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/trend');
    const [from, to] = [await placeOf(page, 3), await placeOf(page, 7)];
    await drag(page, { x: from.x - 4, y: from.y }, { x: to.x + 4, y: to.y });
    await page.waitForURL((url) => url.searchParams.get('steps') === '4..64');
    await settled(page);
    await page.waitForFunction(() => document.querySelectorAll('.drawing [data-row]').length === 45);
    expect(await shown(page, 'step')).toEqual([4, 8, 16, 32, 64]);
    await page.reload();
    await settled(page);
    expect(await shown(page, 'step')).toEqual([4, 8, 16, 32, 64]);
    await page.getByRole('button', { name: 'Reset Entropy over the checkpoints' }).click();
    await lacks(page, 'steps');
    await page.waitForFunction(() => document.querySelectorAll('.drawing [data-row]').length > 45);

    // By the keyboard: from the first mark of the line to the third.
    await page.getByRole('application').focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < 2; i++) await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('steps') === '0..2');
    await settled(page);
    await page
      .locator('.drawing svg')
      .first()
      .dblclick({ position: { x: 200, y: 120 } });
    await lacks(page, 'steps');
  });
});

test('a brush over depth chooses the layers between', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/depth');
    const [from, to] = [await placeOf(page, 1), await placeOf(page, 2)];
    await drag(page, { x: from.x - 8, y: 100 }, { x: to.x + 8, y: 140 });
    await has(page, 'layer');
    await page.waitForFunction(() => document.querySelectorAll('.drawing [data-row]').length === 22);
    expect(await shown(page, 'layer')).toEqual(['conv2', 'conv3']);
    expect(new URL(page.url()).searchParams.getAll('layer')).toEqual(['conv2', 'conv3']);
    await page.getByRole('button', { name: 'Reset Entropy by depth' }).click();
    await lacks(page, 'layer');
  });
});

test('a brush over the scatter lists the units of its bins, as query finds them, with links', async () => {
  await visit({}, async ({ page, open, violations, picture }) => {
    await open('/sweeps/demo/scatter?checkpoint=step-0512');
    const rows = await page
      .locator('.drawing [data-row]')
      .evaluateAll((marks) =>
        marks.map(
          (mark) => JSON.parse(mark.getAttribute('data-row') ?? '{}') as Record<string, number | string>,
        ),
      );
    const at = rows.findIndex(({ layer, units }) => layer === 'conv4' && Number(units) > 3);
    const { x, y } = await placeOf(page, at);
    await drag(page, { x: x - 24, y: y - 24 }, { x: x + 24, y: y + 24 });
    await has(page, 'eps');
    await page.locator('.drawing [data-chosen]').first().waitFor();
    const { searchParams } = new URL(page.url());
    const bounds = (name: string): readonly string[] => (searchParams.get(name) ?? '').split('..');
    const [[h1, h2], [e1, e2]] = [bounds('h'), bounds('eps')];
    const upper = (column: string, to: string | undefined): string =>
      to === '' ? '' : ` and ${column} < ${to}`;
    const expected = await runQuery(
      [demo],
      `select category, unit from units where sensitive and layer = 'conv4' and checkpoint = 'step-0512'
       and entropy >= ${h1}${upper('entropy', h2)} and selective_rate >= ${e1}${upper('selective_rate', e2)}`,
    );
    const listed = await shownTable(page, 'Units chosen');
    expect(listed.length).toBeGreaterThan(3);
    expect(listed.map(({ category, unit }) => JSON.stringify([category, Number(unit)])).sort()).toEqual(
      expected
        .rows()
        .map((row) => JSON.stringify(row))
        .sort(),
    );
    await picture('scatter-chosen');
    expect(await violations()).toEqual([]);
    // A bound that is typed does the same.
    await page.getByRole('spinbutton', { name: 'H from' }).fill('100');
    await page.keyboard.press('Tab');
    await page.getByText('No sensitive unit lies within these bounds.').waitFor();
    await page.getByRole('button', { name: 'Choose none' }).click();
    await lacks(page, 'eps');
    expect(await page.locator('.chosen-units').count()).toBe(0);
  });
});

test('a brush over a ridge lists the units of its layer with an H between, each with a link', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/distribution?layer=conv3');
    const { x, y } = await placeOf(page, 0);
    await drag(page, { x, y: y + 8 }, { x: x + 150, y: y + 8 });
    await has(page, 'h');
    const { searchParams } = new URL(page.url());
    const [from, to] = (searchParams.get('h') ?? '').split('..');
    const sql = `select count(*) from units where sensitive and layer = 'conv3' and entropy >= ${from}
      and entropy < ${to} and checkpoint = '${searchParams.get('unitsAt')}'`;
    const listed = await shownTable(page, 'Units chosen');
    expect(listed).toHaveLength(Number((await runQuery([demo], sql)).rows()[0]?.[0]));
    await page.locator('table[data-table="Units chosen"] a').first().click();
    await page.waitForURL(/\/sweeps\/demo\/unit\?/);
    await settled(page);
  });
});
