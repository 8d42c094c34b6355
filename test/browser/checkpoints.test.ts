import { spawnSync } from 'node:child_process';
import { ablationCurves, embedCheckpoints, keptAblations, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import { beforeAll, expect, inject, test } from 'vitest';
import { BIN } from '../e2e/support/command-line.ts';
import { chartNumbers, shownTable } from './shown-table.ts';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();
let demo: SweepResults;

beforeAll(async () => {
  demo = await SweepResults.open(await openStore(inject('store')), 'demo');
});

test('checkpoints are points by the components that query has, and lead to the checkpoint', async () => {
  const { rows, notes } = await embedCheckpoints(demo, { by: 'loss' });
  await visit({}, async ({ page, open, picture }) => {
    await open('/sweeps/demo/checkpoints?by=loss');
    const shown = await chartNumbers(page, 'demo-checkpoints');
    expect(shown.map(({ checkpoint, x, y }) => [checkpoint, Number(x), Number(y)])).toEqual(
      rows.map(({ checkpoint, x, y }) => [checkpoint, x, y]),
    );
    const drawn = await page.locator('figure[data-chart="demo-checkpoints"] svg').first().innerHTML();
    for (const share of notes.explained)
      expect(drawn).toContain(`${(100 * share).toFixed(1)} % of the variance`);
    await picture('checkpoints');
    await page.locator('table[data-table="Checkpoints"] a').first().click();
    await settled(page);
    expect(new URL(page.url()).searchParams.get('checkpoint')).toBe(rows[0]?.checkpoint);
  });
});

test('a sweep with too few layers for points says so, and the browser has nothing to complain of', async () => {
  await visit({}, async ({ page, open, picture, violations }) => {
    await open('/sweeps/hostile/checkpoints');
    const said = await page.locator('main .notice').innerText();
    expect(said).toContain('Too few for points');
    expect(said).toContain('2 layers with an H at all of them; found 3 and 1');
    await picture('checkpoints-too-few');
    expect(await violations()).toEqual([]);
  });
});

test('an ablation that was made is listed and drawn', async () => {
  const args = [
    BIN,
    'ablate',
    'demo',
    '--layer',
    'conv4',
    '--by',
    'l1,random',
    '--steps',
    '4',
    '--random-orders',
    '2',
  ];
  const made = spawnSync(process.execPath, [...args, '--store', inject('store')], { encoding: 'utf8' });
  expect(made.stderr).not.toMatch(/^unitscope:/m);
  expect(made.status).toBe(0);
  const [kept] = await keptAblations(demo);
  const { curves } = await ablationCurves(demo, kept?.id ?? '');
  await visit({}, async ({ page, open, picture, violations }) => {
    await open('/sweeps/demo/ablation');
    const listed = await shownTable(page, 'Ablations');
    expect(listed).toMatchObject([{ layer: 'conv4', checkpoint: 'step-0512', is_current: 'as it is now' }]);
    const rows = await chartNumbers(page, 'demo-ablation-conv4-step-0512');
    const expected = curves.flatMap(({ ranking, points }) =>
      points.map(({ ablated, accuracy, loss }) => [ranking, ablated, accuracy, loss]),
    );
    expect(
      rows.map(({ ranking, ablated, accuracy, loss }) => [
        ranking,
        Number(ablated),
        Number(accuracy),
        Number(loss),
      ]),
    ).toEqual(expected.slice(0, rows.length));
    await picture('ablation');
    expect(await violations()).toEqual([]);
  });
});
