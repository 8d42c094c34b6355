import { rankUnits, runQuery, SweepResults, unitMaps, type UnitRanking } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import { tableFromIPC } from 'apache-arrow';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { HOSTILE } from './hostile-names.ts';
import { chartNumbers, shownTable } from './shown-table.ts';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();
const PLACE = 'layer=conv2&checkpoint=step-0512';
let demo: SweepResults;
let ranked: UnitRanking;

beforeAll(async () => {
  demo = await SweepResults.open(await openStore(inject('store')), 'demo');
  ranked = await rankUnits(demo, demo.checkpoint('step-0512'), { by: 'ineffectiveness', layer: 'conv2' });
});

describe('the atlas of a layer', () => {
  test('shows every unit with the figures that rank has, in every order, and leads to the unit', async () => {
    const entropies = new Map(ranked.units.map(({ unit, values }) => [unit, values.entropy]));
    await visit({}, async ({ page, open, picture }) => {
      await open(`/sweeps/demo/atlas?${PLACE}`);
      const shown = async (): Promise<{ unit: number; entropy: number | null }[]> =>
        page.locator('.atlas li').evaluateAll((items) =>
          items.map((item) => {
            const { unit, entropy } = (item as HTMLElement).dataset;
            return { unit: Number(unit), entropy: entropy === '' ? null : Number(entropy) };
          }),
        );
      const units = await shown();
      expect(units.map(({ unit }) => unit)).toEqual([...entropies.keys()].sort((a, b) => a - b));
      for (const { unit, entropy } of units) expect(entropy).toBe(entropies.get(unit));
      await picture('atlas');
      for (const sort of ['entropy', 'rank', 'movement', 'similarity']) {
        await page.getByRole('combobox', { name: 'Order' }).selectOption(sort);
        await page.waitForURL(new RegExp(`sort=${sort}`));
        await settled(page);
        const order = (await shown()).map(({ unit }) => unit);
        expect([...order].sort((a, b) => a - b)).toEqual(units.map(({ unit }) => unit));
        if (sort === 'rank') expect(order).toEqual(ranked.units.map(({ unit }) => unit));
        if (sort === 'entropy') {
          const known = order.flatMap((unit) => entropies.get(unit) ?? []);
          expect(known).toEqual([...known].sort((a, b) => a - b));
        }
      }
      // By the keyboard alone.
      const first = page.locator('.atlas a').first();
      await first.focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/sweeps\/demo\/unit\?/);
      await settled(page);
      expect(new URL(page.url()).searchParams.get('layer')).toBe('conv2');
      await page.locator('.unit-title').waitFor();
    });
  });

  test('has the mean of the kept maps, and the map of the image on which the unit is most active', async () => {
    const place = { layer: 'conv2', category: '3', unit: 5 };
    const kept = await unitMaps(demo, demo.checkpoint('step-0512'), place, { make: false });
    const maps = kept?.maps ?? [];
    const highest = maps.reduce((most, map) => (map.mean > most.mean ? map : most), maps[0]!);
    for (const which of ['mean', 'top'] as const) {
      const response = await fetch(
        new URL(`/api/sweeps/demo/atlas?${PLACE}&of=3&maps=${which}`, inject('url')),
      );
      const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
      const at = Array.from(table.getChild('unit')?.toArray() as Int32Array).indexOf(5);
      const map = (table.getChild('map')?.get(at) as { toArray(): Float32Array }).toArray();
      const expected =
        which === 'top'
          ? highest.map
          : highest.map.map((_, i) => maps.reduce((sum, one) => sum + one.map[i]!, 0) / maps.length);
      expect(table.getChild('image')?.get(at)).toBe(highest.image);
      Array.from(map).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    }
  });

  test('shows names that would be markup as text', async () => {
    await visit({}, async ({ page, open }) => {
      await open(`/sweeps/hostile/atlas?checkpoint=${encodeURIComponent(`${HOSTILE.checkpoint} 1`)}`);
      expect(await page.locator('.atlas li').count()).toBe(4);
      expect(await page.locator('main').innerText()).toContain(HOSTILE.layer);
      expect(await page.evaluate(() => (window as { hacked?: unknown }).hacked)).toBeUndefined();
    });
  });
});

test('the ranking is that of rank, and leads to the unit', async () => {
  await visit({}, async ({ page, open, picture }) => {
    await open(`/sweeps/demo/rank?${PLACE}`);
    const rows = await shownTable(page, 'Units ranked');
    const expected = ranked.units.filter(({ values }) => values.ineffectiveness !== null);
    expect(rows.map(({ unit }) => Number(unit))).toEqual(expected.map(({ unit }) => unit));
    for (const [i, row] of rows.entries()) {
      expect(Number(row['ineffectiveness'])).toBe(expected[i]?.values.ineffectiveness);
      expect(Number(row['entropy'])).toBe(expected[i]?.values.entropy);
    }
    const agreement = await shownTable(page, 'Agreement of the rankings');
    expect(agreement.map(({ spearman }) => Number(spearman))).toEqual(
      ranked.agreement.map(({ spearman }) => spearman),
    );
    await picture('rank');
  });
});

test('the scatter counts every unit that has an H, in a panel a layer', async () => {
  await visit({}, async ({ page, open, picture }) => {
    await open('/sweeps/demo/scatter?checkpoint=step-0512');
    const rows = await chartNumbers(page, 'demo-scatter');
    const counts = new Map<string, number>();
    for (const { layer = '', units } of rows) counts.set(layer, (counts.get(layer) ?? 0) + Number(units));
    const expected = await runQuery(
      [demo],
      "select layer, count(*) from units where sensitive and checkpoint = 'step-0512' group by layer",
    );
    expect(counts).toEqual(new Map(expected.rows().map(([layer, count]) => [layer, Number(count)])));
    await picture('scatter');
  });
});

describe.each([
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['400', { colorScheme: 'light', viewport: { width: 400, height: 800 } }],
] as const)('atlas, rank and scatter, %s,', (name, options) => {
  test('have nothing that axe-core minds, and are no wider than the window', async () => {
    await visit(options, async ({ page, open, violations, picture }) => {
      for (const view of ['atlas', 'rank', 'scatter']) {
        await open(`/sweeps/demo/${view}?${PLACE}`);
        await picture(`${view}-${name}`);
        expect({ view, violations: await violations() }).toEqual({ view, violations: [] });
        const over = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return Math.max(0, scrollWidth - clientWidth);
        });
        expect({ view, over }).toEqual({ view, over: 0 });
      }
    });
  });
});
