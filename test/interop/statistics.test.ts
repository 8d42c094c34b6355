import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trendModel, type TrendRow } from '@unitscope/plots';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  benjaminiHochberg,
  bootstrapDifference,
  kendall,
  laggedCorrelations,
  mannWhitney,
  pearson,
  spearman,
} from '@unitscope/entropy';
import {
  changedUnits,
  checkpointGroup,
  compareCheckpoints,
  rankUnits,
  resultTrainings,
  runChanges,
  runQuery,
  SweepResults,
  sweepTrends,
} from '@unitscope/query';
import { trendOf as plotted } from '../../apps/cli/src/results/charts/trend-of.ts';
import { sweepReport } from '../../apps/cli/src/results/report/sweep-report.ts';
import { resultsViews } from '../../apps/dashboard/src/server/results-views.ts';
import { ViewContext } from '../../apps/dashboard/src/server/view-request.ts';
import { rowsOf as answered } from '../../apps/dashboard/test/answers.ts';
import { sampleSweeps, type SampleSweep } from '../../packages/query/test/sample-sweep.ts';
import { python } from './python.ts';

interface Bounds {
  low: number;
  high: number;
}

interface Figures {
  mannWhitney: { u: number; p: number };
  pearson: Bounds & { r: number; p: number };
  spearman: Bounds & { r: number; p: number };
  kendall: { tau: number; p: number };
  difference: Bounds;
  lag1: number;
  p: number[];
  q: number[];
}

/** Samples like entropies: some tied, some shifted, of 5 to 120 values. */
function samples(): [number[], number[]][] {
  let state = 2026;
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  return Array.from({ length: 40 }, (_, i) => {
    const count = 5 + Math.floor(random() * 116);
    const digits = i % 3 === 0 ? 4 : 1e6;
    const value = (): number => Math.round((random() + random() + random()) * digits) / digits;
    const x = Array.from({ length: count }, value);
    const y = Array.from(
      { length: count + (i % 2) * 7 },
      (_, at) => value() + 0.1 + 0.3 * (x[at] ?? 0) * (i % 4),
    );
    return [x, y];
  });
}

it("gives SciPy's figures on data made now", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-scipy-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const data = samples();
  await writeFile(join(folder, 'samples.json'), JSON.stringify(data));
  const all = JSON.parse(await python('scipy_figures.py', join(folder, 'samples.json'))) as Figures[];
  expect(all).toHaveLength(data.length);
  data.forEach(([x, y], i) => {
    const figures = all[i]!;
    const n = Math.min(x.length, y.length);
    const [a, b] = [x.slice(0, n), y.slice(0, n)];
    const found = {
      mannWhitney: mannWhitney(x, y)!,
      pearson: pearson(a, b)!,
      spearman: spearman(a, b)!,
      kendall: kendall(a, b)!,
      difference: bootstrapDifference(x, y, String(i), { resamples: 20_000 })!,
    };
    const near = (value: number, expected: number): void =>
      expect(Math.abs(value - expected)).toBeLessThan(1e-12 + 1e-9 * Math.abs(expected));
    near(found.mannWhitney.u, figures.mannWhitney.u);
    near(found.mannWhitney.p, figures.mannWhitney.p);
    for (const key of ['pearson', 'spearman'] as const) {
      near(found[key].r, figures[key].r);
      near(found[key].p!, figures[key].p);
      near(found[key].interval!.low, figures[key].low);
      near(found[key].interval!.high, figures[key].high);
    }
    near(found.kendall.tau, figures.kendall.tau);
    near(found.kendall.p!, figures.kendall.p);
    near(laggedCorrelations(a, b, 1).find(({ lag }) => lag === 1)!.r, figures.lag1);
    benjaminiHochberg(figures.p).forEach((q, at) => near(q, figures.q[at]!));
    // Resampled by another generator: as near as 20,000 resamples are.
    const width = figures.difference.high - figures.difference.low;
    expect(Math.abs(found.difference.low - figures.difference.low)).toBeLessThan(0.06 * width);
    expect(Math.abs(found.difference.high - figures.difference.high)).toBeLessThan(0.06 * width);
  });
});

/** [checkpoint, layer, H]. */
type Entropy = [string, string, number];

interface Statements {
  stored: Entropy[];
  by_hand: Entropy[];
  orders: Record<string, string[]>;
  unplaced: string[];
  /** By layer and setting. */
  over: Record<
    string,
    Record<string, Record<'first' | 'last' | 'change', [mean: number, low: number, high: number]>>
  >;
  correlations: Record<
    string,
    Record<string, Record<'pearson' | 'pearson_p' | 'low' | 'high' | 'spearman' | 'spearman_p', number>>
  >;
  groups: Record<
    string,
    {
      a: number;
      b: number;
      interval: [number, number];
      p: number;
      paired: [number, number];
      paired_p: number;
    }
  >;
  changes: Record<string, Record<'ever' | 'died' | 'awoke' | 'died_cells' | 'awoke_cells', number>>;
}

describe('what is said of two learning rates × three seeds × six steps', () => {
  const STEPS = [0, 1, 4, 16, 64, 256];
  let sample: SampleSweep;
  let results: SweepResults;
  let stated: Statements;

  const near = (value: number | null | undefined, expected: number): void => {
    expect(Math.abs((value ?? NaN) - expected)).toBeLessThan(1e-10 + 1e-8 * Math.abs(expected));
  };
  const view = async (name: string, parameters: Record<string, string>) =>
    (await resultsViews[name]!(new ViewContext(sample.store, { view: name, sweep: 'grid', parameters })))
      .body;
  const rowsOf = (body: Uint8Array | string): Record<string, unknown>[] =>
    answered({ status: 200, headers: {}, bytes: Buffer.from(body), text: '' });

  beforeAll(async () => {
    const grid = [0.002, 0.01].flatMap((lr) =>
      [1, 2, 3].flatMap((seed) =>
        // Not in their order in the sweep.
        STEPS.toReversed().map((step) => {
          const loss = 1 / (1 + step * lr + seed) + Math.sin(step + seed) / 50;
          const dead = lr === 0.01 ? step === 256 : seed === 2 && step === 0;
          return [`lr-${lr}-seed-${seed}-step-${step}`, { dead, meta: { lr, seed, step, loss } }] as const;
        }),
      ),
    );
    sample = await sampleSweeps(
      { grid: 'statistics: { bootstrap: 20 }' },
      { checkpoints: { ...Object.fromEntries(grid), apart: { meta: { lr: 0.5 } } } },
    );
    results = await SweepResults.open(sample.store, 'grid');
    stated = JSON.parse(
      await python('statements.py', join(sample.folder, 'store', 'sweeps', 'grid', 'results')),
    ) as Statements;
  });
  afterAll(() => sample.remove());

  it('has the order, the first and the last of the tables; what has no step is in none', async () => {
    const { trainings, unplaced } = await sweepTrends(results);
    expect(unplaced).toEqual(stated.unplaced);
    expect(
      Object.fromEntries(trainings.map((one) => [one.run, one.checkpoints.map(({ label }) => label)])),
    ).toEqual(stated.orders);
    const runs = JSON.parse((await view('outline', { run: 'lr=0.01, seed=2' })) as string) as {
      checkpoints: { label: string }[];
    };
    expect(runs.checkpoints.map(({ label }) => label)).toEqual(stated.orders['lr=0.01, seed=2']);
  });

  it('has one H of a layer at a checkpoint, whatever verb or view is asked, to the last digit', async () => {
    const [label, run, layer] = ['lr-0.01-seed-2-step-256', 'lr=0.01, seed=2', 'conv1'];
    const of = (found: Entropy[]): number =>
      found.find(([one, other]) => one === label && other === layer)![2];
    const h = of(stated.stored);
    expect(h).toBeGreaterThan(0);
    near(of(stated.by_hand), h);
    const one = (value: unknown): void => expect(value).toBe(h);
    // query, of layers; and of units, whose sum has another order.
    const ask = async (sql: string) => (await runQuery([results], sql)).rows()[0]![0];
    const at = `layer = '${layer}' AND checkpoint = '${label}'`;
    one(await ask(`SELECT entropy_mean FROM layers WHERE scope = 'all' AND ${at}`));
    near(
      (await ask(
        `SELECT avg(h) FROM (SELECT avg(entropy) AS h FROM units WHERE sensitive AND ${at} GROUP BY category)`,
      )) as number,
      h,
    );
    // trend, of one training and among all.
    const alone = await sweepTrends(results, { run });
    one(alone.trainings[0]!.layers[0]!.values.at(-1)!.entropy);
    one(alone.layers[0]!.last.mean);
    const all = await sweepTrends(results);
    one(all.trainings.find((training) => training.run === run)!.layers[0]!.values.at(-1)!.entropy);
    // compare, within the training and across trainings.
    const side = (text: string) => checkpointGroup(results, text);
    const compared = await compareCheckpoints(results, side('lr-0.01-seed-2-step-0'), side(label));
    one(compared.layers.find((row) => row.layer === layer && row.category === null)!.meanB);
    const other = side('lr-0.002-seed-1-step-256');
    const across = await compareCheckpoints(results, other, side(label), { acrossRuns: true });
    one(across.layers.find((row) => row.layer === layer && row.category === null)!.meanB);
    // plot, of one training and of all.
    const single = await plotted(results, { run });
    one(single.panels[0]!.series.find(({ name }) => name === layer)!.points.at(-1)!.value);
    const panel = (await plotted(results, {})).panels.find((found) =>
      found.label.startsWith(`${layer}: mean H`),
    )!;
    one(panel.series.find(({ name }) => name === run)!.points.at(-1)!.value);
    // The rows that the server gives the page, and the charts that it draws of them.
    const body = await view('trend', { run });
    const rows = rowsOf(body) as unknown as TrendRow[];
    one(rows.find((row) => row.checkpoint === label && row.layer === layer)!.entropy);
    const notes = { axis: 'step', against: null, category: null, shown: '5' };
    const page = trendModel({ rows, notes }, { sweep: 'grid', definition: 'code' });
    one(page.panels[0]!.series.find(({ name }) => name === layer)!.points.at(-1)!.value);
    one(rowsOf(await view('layers', { run })).find((row) => row['layer'] === layer)!['last']);
    const sides = { a: 'lr-0.01-seed-2-step-0', b: label };
    one(rowsOf(await view('compare-layers', sides)).find((row) => row['layer'] === layer)!['mean_b']);
    const trainings = JSON.parse((await view('trainings', {})) as string) as {
      facets: { name: string; groups: { runs: { run: string; points: { value: number }[] }[] }[] }[];
    };
    const lines = trainings.facets.find(({ name }) => name === layer)!.groups.flatMap(({ runs }) => runs);
    one(lines.find((line) => line.run === run)!.points.at(-1)!.value);
    // The units that rank lists have no average among them; those of a layer and category do, in the same order.
    const byCategory = await Promise.all(
      ['cat', "o'dog"].map(async (category) => {
        const { units } = await rankUnits(results, results.checkpoint(label), {
          by: 'entropy',
          layer,
          category,
        });
        const known = units.flatMap(({ values }) => values.entropy ?? []);
        return known.reduce((sum, value) => sum + value, 0) / known.length;
      }),
    );
    near((byCategory[0]! + byCategory[1]!) / 2, h);
    // The report shows three digits: of the training that its charts are of.
    const last = stated.stored.find(
      ([checkpoint, name]) =>
        checkpoint === resultTrainings(results).trainings[0]!.checkpoints.at(-1)!.label && name === layer,
    )!;
    expect(await sweepReport(results)).toMatch(
      new RegExp(`<td[^>]*>${layer}</td><td[^>]*>[^<]*</td><td[^>]*>${last[2].toFixed(3)}</td>`),
    );
    // One checkpoint by itself.
    const [own] = (await sweepTrends(results.only([results.checkpoint(label)]))).layers;
    one(own!.last.mean);
    // The distribution shows another average, of all cells alike, by another name.
    const spread = rowsOf(await view('distribution', { run })).find(
      (row) => row['layer'] === layer && row['checkpoint'] === label,
    )!;
    expect(Object.keys(spread)).toContain('cell_mean');
    expect(Object.keys(spread)).not.toContain('mean');
  });

  it("has polars' and SciPy's figures of every training, and over trainings", async () => {
    const { trainings, layers } = await sweepTrends(results);
    for (const { run, layers: own } of trainings) {
      for (const { layer, pearson: r, spearman: rho } of own) {
        const expected = stated.correlations[run!]![layer]!;
        near(r!.r, expected.pearson);
        near(r!.p, expected.pearson_p);
        near(r!.interval!.low, expected.low);
        near(r!.interval!.high, expected.high);
        near(rho!.r, expected.spearman);
        near(rho!.p, expected.spearman_p);
      }
    }
    expect(layers).toHaveLength(4);
    for (const { layer, setting, ...found } of layers) {
      for (const what of ['first', 'last', 'change'] as const) {
        const [mean, low, high] = stated.over[layer]![setting!]![what];
        near(found[what].mean, mean);
        near(found[what].interval!.low, low);
        near(found[what].interval!.high, high);
      }
    }
    const changes = await runChanges(results);
    for (const { run, ever, died, awoke } of changes)
      expect(stated.changes[run!]).toMatchObject({ ever, died, awoke });
    for (const training of resultTrainings(results).trainings) {
      const { died, awoke } = await changedUnits(results, training);
      expect([died.length, awoke.length]).toEqual([
        stated.changes[training.run!]!.died_cells,
        stated.changes[training.run!]!.awoke_cells,
      ]);
    }
    expect(changes.reduce((sum, { died }) => sum + died, 0)).toBeGreaterThan(0);
    expect(changes.every(({ awoke }) => awoke === 0)).toBe(false);
  });

  it('compares settings with a training as one value, as Welch and a permutation test do', async () => {
    const side = (text: string) => checkpointGroup(results, text);
    const between = await compareCheckpoints(results, side('lr=0.002'), side('lr=0.01'));
    const within = await compareCheckpoints(results, side('step=0'), side('step=256'));
    for (const [layer, expected] of Object.entries(stated.groups)) {
      const row = between.layers.find((found) => found.layer === layer && found.category === null)!;
      near(row.meanA, expected.a);
      near(row.meanB, expected.b);
      near(row.interval!.low, expected.interval[0]);
      near(row.interval!.high, expected.interval[1]);
      near(row.p, expected.p);
      const paired = within.layers.find((found) => found.layer === layer && found.category === null)!;
      near(paired.interval!.low, expected.paired[0]);
      near(paired.interval!.high, expected.paired[1]);
      near(paired.p, expected.paired_p);
    }
  });
});
