import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runQuery, SweepResults } from '@unitscope/query';
import { sampleSweeps, type SampleSweep } from '../../packages/query/test/sample-sweep.ts';
import { python } from './python.ts';

const notebook = fileURLToPath(new URL('../../examples/notebooks/results.ipynb', import.meta.url));
let sample: SampleSweep;
let results: string;

beforeAll(async () => {
  sample = await sampleSweeps({ notebook: 'statistics: { bootstrap: 10 }\n' });
  results = join(sample.folder, 'store', 'sweeps', 'notebook', 'results');
});

afterAll(() => sample.remove());

it('the script opens the results with polars, pandas and DuckDB, and draws a figure', async () => {
  const figure = join(sample.folder, 'figure.png');
  const said = await python('../../../examples/notebooks/open_results.py', results, figure);
  expect(said).toMatch(/^6 rows alike in polars, pandas and DuckDB/);
  await access(figure);
});

it('the notebook runs from its first cell to its last, and draws a figure', async () => {
  const said = JSON.parse(await python('run_notebook.py', notebook, results)) as Record<string, number>;
  expect(said).toEqual({ cells: 6, pictures: 1 });
});

it('query gives what Python polars gives', async () => {
  const sql = `SELECT layer, category, count(*) AS n, avg(entropy) AS h, stddev(entropy) AS sd, min(births) AS least
    FROM units WHERE sensitive GROUP BY layer, category ORDER BY layer, category`;
  const found = await runQuery([await SweepResults.open(sample.store, 'notebook')], sql);
  const expected = JSON.parse(await python('query_polars.py', results, sql)) as Record<string, unknown>[];
  found.records().forEach((record, i) => {
    for (const [name, value] of Object.entries(record)) {
      if (typeof value === 'number') expect(value).toBeCloseTo(expected[i]![name] as number, 12);
      else expect(value).toBe(expected[i]![name]);
    }
  });
  expect(found.length).toBe(expected.length);
});
