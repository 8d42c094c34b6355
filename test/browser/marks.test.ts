import { SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { printed, told, type Told } from './tooltips.ts';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();
let demo: SweepResults;

beforeAll(async () => {
  demo = await SweepResults.open(await openStore(inject('store')), 'demo');
});

/** Every tooltip of the first chart, by the arrow keys alone. */
async function walk(page: Page): Promise<Told[]> {
  const chart = page.getByRole('application').first();
  const count = await chart.locator('[data-row]').count();
  await chart.focus();
  const all: Told[] = [];
  for (let i = 0; i < count; i++) {
    await page.keyboard.press(i === 0 ? 'Home' : 'ArrowRight');
    all.push(await told(page));
  }
  return all;
}

describe('the tooltip of every mark tells what query prints:', () => {
  test('trend', async () => {
    await visit({}, async ({ page, open }) => {
      await open('/sweeps/demo/trend');
      const expected = await printed(
        demo,
        `select layer, checkpoint, entropy_mean, entropy_ci_low, entropy_ci_high, relative_entropy_mean, selective_rate_mean
         from layers where scope = 'all'`,
        2,
      );
      const losses = await printed(demo, 'select checkpoint, meta_loss from checkpoints', 1);
      const all = await walk(page);
      // Two panels of layers, and one of the loss.
      expect(all).toHaveLength(2 * expected.size + losses.size);
      for (const tip of all.filter(({ layer }) => layer !== undefined)) {
        const { layer, checkpoint, entropy, low, high, relative, selective_rate: rate, loss } = tip;
        expect([entropy, low, high, relative, rate]).toEqual(expected.get(`${layer} ${checkpoint}`));
        expect([loss]).toEqual(losses.get(String(checkpoint)));
      }
      for (const { checkpoint, loss } of all.filter(({ layer }) => layer === undefined))
        expect([loss]).toEqual(losses.get(String(checkpoint)));
    });
  });

  test('depth', async () => {
    await visit({}, async ({ page, open }) => {
      await open('/sweeps/demo/depth');
      const expected = await printed(
        demo,
        "select layer, checkpoint, entropy_mean, entropy_ci_low, entropy_ci_high from layers where scope = 'all'",
        2,
      );
      const all = await walk(page);
      expect(all).toHaveLength(expected.size);
      for (const { layer, checkpoint, entropy, low, high } of all)
        expect([entropy, low, high]).toEqual(expected.get(`${layer} ${checkpoint}`));
    });
  });

  test('heatmap', async () => {
    await visit({}, async ({ page, open }) => {
      await open('/sweeps/demo/heatmap?layer=conv1');
      const expected = await printed(
        demo,
        "select unit, checkpoint, avg(entropy) from units where sensitive and layer = 'conv1' group by unit, checkpoint",
        2,
      );
      const all = (await walk(page)).filter(({ entropy }) => entropy !== undefined);
      expect(all).toHaveLength(expected.size);
      for (const { unit, checkpoint, entropy } of all)
        expect([entropy]).toEqual(expected.get(`${unit} ${checkpoint}`));
    });
  });

  test('distribution and scatter', async () => {
    await visit({}, async ({ page, open }) => {
      await open('/sweeps/demo/distribution');
      const spread = await printed(
        demo,
        `select layer, checkpoint, count(*), avg(entropy) from units where sensitive
         and checkpoint in ('step-0000', 'step-0512') group by layer, checkpoint`,
        2,
      );
      const ridges = await walk(page);
      expect(ridges).toHaveLength(spread.size);
      for (const { layer, checkpoint, sensitive, cell_mean: mean } of ridges)
        expect([sensitive, mean]).toEqual(spread.get(`${layer} ${checkpoint}`));

      await open('/sweeps/demo/scatter?checkpoint=step-0512');
      const counts = new Map<string, number>();
      for (const { layer, units } of await walk(page))
        counts.set(String(layer), (counts.get(String(layer)) ?? 0) + Number(units));
      const expected = await printed(
        demo,
        "select layer, count(*) from units where sensitive and checkpoint = 'step-0512' group by layer",
        1,
      );
      expect(new Map([...counts].map(([layer, count]) => [layer, [String(count)]]))).toEqual(expected);
    });
  });

  test('compare', async () => {
    await visit({}, async ({ page, open }) => {
      await open('/sweeps/demo/compare');
      const tips = await walk(page);
      const cells = await page
        .locator('table[data-table="Layers compared"] tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) =>
            ['layer', 'difference', 'q'].map(
              (name) => row.querySelector<HTMLElement>(`[data-column="${name}"]`)?.dataset['value'],
            ),
          ),
        );
      expect(tips.map(({ layer, difference, q }) => [layer, Number(difference), Number(q)])).toEqual(
        cells.map(([layer, ...numbers]) => [
          layer,
          ...numbers.map((text) => Number(Number(text).toPrecision(6))),
        ]),
      );
    });
  });
});

test('the arrow keys go from mark to mark, are read out, and Escape closes', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/trend');
    const chart = page.getByRole('application');
    await chart.focus();
    await page.keyboard.press('ArrowRight');
    const first = await told(page);
    await page.keyboard.press('ArrowDown');
    const below = await told(page);
    expect(below['checkpoint']).toBe(first['checkpoint']);
    expect(below['layer']).not.toBe(first['layer']);
    const said = await chart.locator('[aria-live]').innerText();
    expect(said).toContain(`layer ${below['layer']}`);
    expect(said).toContain(`H ${below['entropy']}`);
    await page.keyboard.press('End');
    expect(await told(page)).toMatchObject({ checkpoint: 'step-0512' });
    await page.keyboard.press('Escape');
    await page.locator('.mark-tooltip').waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('[data-link]').count()).toBe(0);
  });
});

test('a legend entry shows its series alone, with Shift several, and the address keeps them', async () => {
  await visit({}, async ({ page, open, picture }) => {
    await open('/sweeps/demo/trend');
    const chart = page.getByRole('application');
    const shown = (): Promise<string[]> =>
      chart
        .locator('[data-row]:not([data-off])')
        .evaluateAll((marks) => [
          ...new Set(
            marks.map((mark) => (JSON.parse(mark.getAttribute('data-row') ?? '') as Told)['layer'] ?? ''),
          ),
        ]);
    await chart.getByRole('button', { name: 'conv2' }).click();
    await page.waitForURL(/only=conv2/);
    await expect.poll(shown).toEqual(['conv2', '']);
    await chart.getByRole('button', { name: 'conv4' }).focus();
    await page.keyboard.press('Shift+Enter');
    await page.waitForURL(/only=conv2&only=conv4/);
    await expect.poll(shown).toEqual(['conv2', 'conv4', '']);
    await page.reload();
    await settled(page);
    await expect.poll(shown).toEqual(['conv2', 'conv4', '']);
    const pressed = await chart.getByRole('button', { pressed: true }).allTextContents();
    expect(pressed.map((text) => text.trim())).toEqual(['conv2', 'conv4']);
    await picture('trend-isolated');
    await chart.getByRole('button', { name: 'conv4' }).click({ modifiers: ['Shift'] });
    await chart.getByRole('button', { name: 'conv2' }).click();
    await page.waitForURL((url) => !url.searchParams.has('only'));
    await expect.poll(shown).toHaveLength(5);
  });
});

test('what is pointed at is pointed out in every chart and table of the page', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/trend');
    const linked = (link: string): Promise<string[]> =>
      page
        .locator(`.drawing [data-of][data-link="${link}"]`)
        .evaluateAll((parts) => [
          ...new Set(
            parts.map((part) => (JSON.parse(part.getAttribute('data-of') ?? '') as Told)['layer'] ?? ''),
          ),
        ]);
    await page.locator('table[data-table="Layers"] tbody tr').nth(2).hover();
    await page.locator('[data-link="other"]').first().waitFor();
    expect(await linked('same')).toEqual(['conv3']);
    expect(await linked('other')).toEqual(['conv1', 'conv2', 'conv4']);
    await page.locator('.drawing [data-row]').nth(3).hover();
    await page.locator('tr[data-link="same"]').waitFor();
    expect(await linked('same')).toEqual(['conv1']);
    expect(await page.locator('tr[data-link="same"] [data-column="layer"]').innerText()).toBe('conv1');
    // The loss at the same checkpoint.
    const same = await page.locator('.drawing [data-row][data-link="same"]').count();
    expect(same).toBe(3);
    await page.mouse.move(5, 5);
    await page.locator('[data-link]').first().waitFor({ state: 'detached' });
  });
});

test('a cell of the heatmap leads to its unit, by the pointer and by the keyboard', async () => {
  await visit({}, async ({ page, open }) => {
    for (const keys of [false, true]) {
      await open('/sweeps/demo/heatmap?layer=conv2');
      const cell = page.locator('.drawing [data-row]').nth(13);
      const { unit, checkpoint } = JSON.parse((await cell.getAttribute('data-row')) ?? '') as Told;
      if (keys) {
        await page.getByRole('application').focus();
        for (let i = 0; i < 14; i++) await page.keyboard.press('ArrowRight');
        await page.keyboard.press('Enter');
      } else await cell.click();
      await page.waitForURL(/\/sweeps\/demo\/unit\?/);
      await settled(page);
      const { searchParams } = new URL(page.url());
      expect(Object.fromEntries(searchParams)).toEqual({ layer: 'conv2', unit: String(unit), checkpoint });
    }
  });
});

describe.each([
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['400', { colorScheme: 'light', viewport: { width: 400, height: 800 } }],
] as const)('charts that are pointed at, %s,', (name, options) => {
  test('have nothing that axe-core minds, and tooltips within the window', async () => {
    await visit(options, async ({ page, open, violations, picture }) => {
      for (const view of ['trend', 'depth', 'distribution', 'heatmap', 'scatter', 'compare']) {
        await open(`/sweeps/demo/${view}`);
        await page.getByRole('application').first().focus();
        for (const key of ['Home', 'End']) {
          await page.keyboard.press(key);
          const { left, right } = await page.locator('.mark-tooltip').evaluate((tip) => {
            const box = tip.getBoundingClientRect();
            return { left: box.left, right: window.innerWidth - box.right };
          });
          expect({ view, key, out: Math.min(0, left, right) }).toEqual({ view, key, out: 0 });
        }
        await page.keyboard.press('Home');
        await picture(`pointed-${view}-${name}`);
        expect({ view, violations: await violations() }).toEqual({ view, violations: [] });
      }
    });
  });
});
