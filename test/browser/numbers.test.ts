import { checkpointGroup, compareCheckpoints, runQuery, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import { beforeAll, expect, inject, test } from 'vitest';
import { chartNumbers, shownTable, type ShownRow } from './shown-table.ts';
import { useBrowser } from './visit.ts';

const visit = useBrowser();
let results: SweepResults;

beforeAll(async () => {
  results = await SweepResults.open(await openStore(inject('store')), 'demo');
});

const ask = async (sql: string): Promise<unknown[][]> => (await runQuery([results], sql)).rows();

/** Numbers of a column by the texts of others. */
function byKey(rows: readonly ShownRow[], keys: readonly string[], value: string): Map<string, number> {
  return new Map(
    rows
      .filter((row) => row[value] !== '')
      .map((row) => [keys.map((key) => row[key]).join(' '), Number(row[value])]),
  );
}

/** Query rows of key columns and one number at the end. */
function asked(rows: readonly (readonly unknown[])[]): Map<string, number> {
  return new Map(rows.map((row) => [row.slice(0, -1).map(String).join(' '), Number(row.at(-1))]));
}

function expectEqual(shown: Map<string, number>, expected: Map<string, number>): void {
  expect([...shown.keys()].sort()).toEqual([...expected.keys()].sort());
  expect(expected.size).toBeGreaterThan(0);
  for (const [key, value] of expected) expect(shown.get(key), key).toBeCloseTo(value, 12);
}

test('the trend shows mean entropy, its interval and the loss as query gives them', async () => {
  const rows = await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/trend');
    const layers = await shownTable(page, 'Layers');
    expect(layers.map(({ layer }) => layer)).toEqual(['conv1', 'conv2', 'conv3', 'conv4']);
    return chartNumbers(page, 'demo-trend');
  });
  for (const [column, field] of [
    ['entropy', 'entropy_mean'],
    ['low', 'entropy_ci_low'],
    ['high', 'entropy_ci_high'],
    ['relative', 'relative_entropy_mean'],
    ['selective_rate', 'selective_rate_mean'],
  ] as const) {
    const sql = `select layer, checkpoint, ${field} from layers where scope = 'all' and ${field} is not null`;
    expectEqual(byKey(rows, ['layer', 'checkpoint'], column), asked(await ask(sql)));
  }
  const loss = await ask('select checkpoint, meta_loss from checkpoints where meta_loss is not null');
  expectEqual(byKey(rows, ['checkpoint'], 'against'), asked(loss));
});

test('depth shows the same means by layer', async () => {
  const rows = await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/depth');
    return chartNumbers(page, 'demo-depth');
  });
  const sql =
    "select checkpoint, layer, entropy_mean from layers where scope = 'all' and entropy_mean is not null";
  expectEqual(byKey(rows, ['checkpoint', 'layer'], 'entropy'), asked(await ask(sql)));
});

test('distribution shows how many units are sensitive and the mean of their cells', async () => {
  const rows = await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/distribution');
    return chartNumbers(page, 'demo-distribution');
  });
  const of = "checkpoint in ('step-0000', 'step-0512')";
  const sensitive = `select checkpoint, layer, count(*) as n from units where sensitive and ${of} group by checkpoint, layer`;
  const mean = `select checkpoint, layer, avg(entropy) as h from units where sensitive and ${of} group by checkpoint, layer`;
  expectEqual(byKey(rows, ['checkpoint', 'layer'], 'sensitive'), asked(await ask(sensitive)));
  expectEqual(byKey(rows, ['checkpoint', 'layer'], 'cell_mean'), asked(await ask(mean)));
});

test('the heatmap shows every unit at every checkpoint', async () => {
  const rows = await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/heatmap?layer=conv3');
    return chartNumbers(page, 'demo-heatmap-conv3');
  });
  const shown = new Map<string, number>();
  for (const { unit, ...values } of rows)
    for (const [checkpoint, value] of Object.entries(values))
      if (value !== '') shown.set(`${unit} ${checkpoint}`, Number(value));
  const sql =
    "select unit, checkpoint, avg(entropy) as h from units where sensitive and layer = 'conv3' group by unit, checkpoint";
  expectEqual(shown, asked(await ask(sql)));
});

test('the comparison shows differences, intervals and q as compare gives them', async () => {
  const rows = await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/compare?a=step-0000&b=step-0128');
    return shownTable(page, 'Layers compared');
  });
  const [a, b] = ['step-0000', 'step-0128'].map((label) => checkpointGroup(results, label));
  const { layers } = await compareCheckpoints(results, a!, b!);
  const whole = layers.filter(({ category }) => category === null);
  expect(rows).toHaveLength(whole.length);
  for (const [i, row] of rows.entries()) {
    const { layer, meanA, meanB, difference, interval, p, q, effect, died, awoke } = whole[i]!;
    expect(row['layer']).toBe(layer);
    const figures = { mean_a: meanA, mean_b: meanB, difference, low: interval?.low, high: interval?.high, p, q, effect }; // prettier-ignore
    for (const [column, value] of Object.entries(figures)) expect(Number(row[column]), column).toBe(value);
    expect([row['died'], row['awoke']]).toEqual([String(died), String(awoke)]);
  }
});

test('a unit shows its births, their images, and the cycle at the birth of one map', async () => {
  const place = "checkpoint = 'step-0512' and layer = 'conv2' and category = '3' and unit = 5";
  await visit({}, async ({ page, open, picture }) => {
    await open('/sweeps/demo/unit?layer=conv2&category=3&unit=5&checkpoint=step-0512');
    const births = byKey(await chartNumbers(page, 'demo-conv2-5-births'), ['index'], 'images');
    const counts = await ask(
      `select birth_rank - 1 as i, count(*) as n from births where ${place} and birth_rank is not null group by birth_rank`,
    );
    expectEqual(births, asked(counts));
    const images = byKey(await chartNumbers(page, 'demo-conv2-5-images'), ['image'], 'index');
    const ranks = await ask(
      `select image, birth_rank - 1 as i from births where ${place} and birth_rank is not null`,
    );
    expectEqual(images, asked(ranks));
    const path = byKey(await chartNumbers(page, 'demo-conv2-5-path'), ['checkpoint'], 'entropy');
    const entropies = await ask(
      "select checkpoint, entropy from units where sensitive and layer = 'conv2' and category = '3' and unit = 5",
    );
    expectEqual(path, asked(entropies));

    const [image, index] = ranks[0]!;
    await open(
      `/sweeps/demo/unit?layer=conv2&category=3&unit=5&checkpoint=step-0512&image=${encodeURIComponent(String(image))}`,
    );
    const map = page.locator(`.hole-player[data-image="${String(image)}"]`);
    expect(await map.innerText()).toContain(`A hole is born at index ${String(index)}`);
    await map.locator('summary').click();
    const edges = await shownTable(page, 'Edges of the cycle');
    expect(edges.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...edges.map(({ rank }) => Number(rank)))).toBe(Number(index) + 1);
    expect(await map.locator('.map .overlay svg').count()).toBe(1);
    await picture('demo-unit-cycle');
  });
});

test('SQL shows the rows that query gives, refuses what query refuses, and draws them', async () => {
  const sql =
    'select checkpoint, layer, avg(entropy) as h, count(*) as n from units where sensitive group by checkpoint, layer order by checkpoint, h';
  await visit({}, async ({ page, open, picture }) => {
    await open('/sweeps/demo/sql');
    await page.getByRole('textbox', { name: 'SQL' }).fill(sql);
    await page.keyboard.press('Control+Enter');
    const rows = await shownTable(page, 'Result');
    expectEqual(
      byKey(rows, ['checkpoint', 'layer'], 'h'),
      asked((await ask(sql)).map(([checkpoint, layer, h]) => [checkpoint, layer, h])),
    );
    await page.locator('figure[data-chart="demo-sql"] svg').first().waitFor();
    await picture('demo-sql-result');
  });
});

test('SQL that is refused is told why, and nothing else is shown', async () => {
  await visit({}, async ({ page, open, expectComplaint }) => {
    expectComplaint(/400 \(Bad Request\)/);
    await open(`/sweeps/demo/sql?q=${encodeURIComponent("select * from read_csv('/etc/passwd')")}`);
    expect(await page.getByRole('alert').innerText()).toContain('no table read_csv');
    expect(await page.content()).not.toContain('root:x:0');
  });
});
