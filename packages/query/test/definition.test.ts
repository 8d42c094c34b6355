import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeTable, layersSchema, memorySource, TableFile, unitsSchema } from '@unitscope/tables';
import { checkpointGroup } from '../src/checkpoints/checkpoint-group.js';
import { compareCheckpoints } from '../src/comparison/compare-checkpoints.js';
import { rankUnits } from '../src/rank-units.js';
import { SweepResults } from '../src/results/sweep-results.js';
import { runQuery } from '../src/sql/run-query.js';
import { sweepTrend } from '../src/trainings/sweep-trend.js';
import { sampleSweeps, type SampleSweep } from './sample-sweep.js';

let sample: SampleSweep;
let code: SweepResults;
let paper: SweepResults;
const LAYER = 'conv1';

beforeAll(async () => {
  sample = await sampleSweeps({
    code: 'statistics: { bootstrap: 20 }',
    paper: 'statistics: { bootstrap: 20, definition: paper }',
  });
  code = await SweepResults.open(sample.store, 'code');
  paper = await SweepResults.open(sample.store, 'paper');
});
afterAll(() => sample.remove());

/** The mean over all units of a category, then over categories, and how many there are: by SQL, of units. */
async function byHand(results: SweepResults, checkpoint: string): Promise<number> {
  const sql = `SELECT avg(h) FROM (SELECT avg(entropy_paper) AS h FROM units WHERE layer = '${LAYER}'
    AND checkpoint = '${checkpoint}' GROUP BY category)`;
  return (await runQuery([results], sql)).rows()[0]![0] as number;
}

test('a spec chooses which H trend, compare and rank are of, and a caller may choose another', async () => {
  const asked = await SweepResults.open(sample.store, 'code', { definition: 'paper' });
  for (const results of [paper, asked]) {
    expect([results.definition, results.restatement]).toEqual(['paper', null]);
    const expected = await byHand(results, 'step-3');
    const trend = await sweepTrend(results);
    const shown = trend.layers.find(({ layer }) => layer === LAYER)!.values.at(-1)!;
    expect(shown.entropy).toBeCloseTo(expected, 12);
    expect(shown.low).toBeLessThanOrEqual(shown.entropy!);
    const [a, b] = ['step-1', 'step-3'].map((label) => checkpointGroup(results, label));
    const compared = await compareCheckpoints(results, a!, b!);
    const row = compared.layers.find(({ layer, category }) => layer === LAYER && category === null)!;
    expect(row.meanB).toBeCloseTo(expected, 12);
    // Unit 0 is dead at step 3. It has an H of 0 there, so that none is lost.
    expect([row.cellsB, compared.died]).toEqual([12, []]);
    const ranked = await rankUnits(results, results.checkpoint('step-3'), { by: 'entropy', layer: LAYER });
    const mean = ranked.units.reduce((sum, { values }) => sum + values.entropy!, 0) / ranked.units.length;
    expect(mean).toBeCloseTo(expected, 12);
    expect(ranked.layers[0]!.entropy).toBeCloseTo(expected, 12);
  }
  expect(code.definition).toBe('code');
  const trend = await sweepTrend(code);
  const shown = trend.layers.find(({ layer }) => layer === LAYER)!.values.at(-1)!.entropy;
  expect(shown).not.toBeCloseTo(await byHand(code, 'step-3'), 3);
});

test('which H is shown changes neither the tables nor the digest of the spec', async () => {
  for (const checkpoint of code.checkpoints) {
    expect(await paper.unitsTable(checkpoint)).toEqual(await code.unitsTable(checkpoint));
    const layers = async (results: SweepResults) =>
      encodeTable(layersSchema, await results.layersTable(checkpoint));
    expect(await layers(paper)).toEqual(await layers(code));
  }
  expect(paper.manifest.specDigest).toBe(code.manifest.specDigest);
});

test('a dead unit keeps its place in ineffectiveness, which is the code’s in any case', async () => {
  const of = async (results: SweepResults) =>
    (await rankUnits(results, results.checkpoint('step-3'), { by: 'ineffectiveness' })).units.map(
      ({ unit, values, sensitive }) => [unit, values.ineffectiveness, sensitive],
    );
  expect(await of(paper)).toEqual(await of(code));
  expect((await of(code)).some(([, value]) => value === null)).toBe(true);
});

test('tables of an earlier version have the paper’s H from their histograms', async () => {
  const [checkpoint] = paper.checkpoints;
  const before = { units: await paper.units(checkpoint!), layers: await paper.layers(checkpoint!) };
  const keys = [paper.objects.units(checkpoint!.label), paper.objects.layers(checkpoint!.label)] as const;
  const kept = await Promise.all(keys.map((key) => paper.store.get(key)));
  const without = <C extends object>(columns: C): C =>
    Object.fromEntries(Object.entries(columns).filter(([name]) => !name.startsWith('entropy_paper'))) as C;
  for (const [i, schema] of [unitsSchema, layersSchema].entries()) {
    const earlier = { ...schema, columns: without(schema.columns) } as typeof unitsSchema;
    const source = memorySource('t', kept[i]!);
    const table = await (await TableFile.open(source, schema as typeof unitsSchema)).readAll();
    await paper.store.put(keys[i]!, await encodeTable(earlier, without(table)));
  }
  try {
    expect(await paper.units(checkpoint!)).toEqual(before.units);
    const layers = async (table: typeof before.layers) => encodeTable(layersSchema, table);
    expect(await layers(await paper.layers(checkpoint!))).toEqual(await layers(before.layers));
  } finally {
    for (const [i, key] of keys.entries()) await paper.store.put(key, kept[i]!);
  }
});

test('class selectivity ranks units, those without one last', async () => {
  const checkpoint = code.checkpoint('step-3');
  const { units, agreement } = await rankUnits(code, checkpoint, { by: 'class_selectivity', layer: LAYER });
  const values = units.map((unit) => unit.values.class_selectivity);
  expect(units.at(-1)).toMatchObject({ unit: 0, values: { class_selectivity: null, mean: 0 } });
  const known = values.slice(0, -1) as number[];
  expect(known).toEqual(known.toSorted((a, b) => b - a));
  expect(known.every((value) => value > 0 && value < 1)).toBe(true);
  expect(agreement.find(({ second }) => second === 'class_selectivity')!.units).toBe(5);
});
