import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeTable,
  encodeTable,
  layersSchema,
  memorySource,
  unitsSchema,
  type ColumnSpecs,
} from '@unitscope/tables';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkpointGroup } from '../src/checkpoints/checkpoint-group.js';
import { unitDifferenceRows } from '../src/rows/change-rows.js';
import { compareCheckpoints, isCertain } from '../src/comparison/compare-checkpoints.js';
import { NoResultsError, QueryOutputError, SqlError, UnknownNameError } from '../src/errors.js';
import { rankUnits } from '../src/rank-units.js';
import { runQuery } from '../src/sql/run-query.js';
import { SweepResults } from '../src/results/sweep-results.js';
import { sweepTrend } from '../src/trainings/sweep-trend.js';
import { sampleSweeps, type SampleSweep } from './sample-sweep.js';

let sample: SampleSweep;
let results: SweepResults;

beforeAll(async () => {
  sample = await sampleSweeps({
    usual: 'births: true\nstatistics: { bootstrap: 50 }\n',
    low: 'statistics: { bootstrap: 50, threshold: 8, minSelectiveRate: 0.4 }\n',
  });
  results = await SweepResults.open(sample.store, 'usual');
}, 60_000);

afterAll(() => sample.remove());

const rows = async (sql: string, sweeps = [results]) => (await runQuery(sweeps, sql)).rows();

describe('runQuery', () => {
  // The guard takes a backslash for a character like any other; were it an escape to the engine, a text would end elsewhere.
  test.each([
    ['a backslash at the end', String.raw`'a\'`, 'a\\'],
    ['two of them', String.raw`'a\\'`, 'a\\\\'],
    ['before a letter', String.raw`'a\n'`, 'a\\n'],
    ['before a doubled quote', String.raw`'a\''b'`, "a\\'b"],
    [
      'before what would be SQL',
      String.raw`'\'' as x from read_csv(''/etc/passwd'') --'`,
      "\\' as x from read_csv('/etc/passwd') --",
    ],
  ])('the engine reads a backslash in a text as one: %s', async (_, literal, text) => {
    expect(await rows(`select ${literal} as x from units limit 1`)).toEqual([[text]]);
  });

  test('counts the rows of every table', async () => {
    for (const [table, count] of Object.entries({
      units: 72,
      layers: 18,
      checkpoints: 3,
      births: 1728,
      failures: 0,
    })) {
      expect(await rows(`select count(*) as n from ${table}`)).toEqual([[count]]);
    }
  });

  test('gives what the tables hold', async () => {
    const checkpoint = results.checkpoint('step-2');
    const units = await results.units(checkpoint);
    const found = await rows(
      "select entropy, birth_histogram from units where checkpoint = 'step-2' and layer = '<b>conv2</b>' and category = 'o''dog' and unit = 3",
    );
    const row = units.unit.length - 3;
    expect(found[0]?.[0]).toBe(units.entropy[row]);
    const total = (found[0]?.[1] as { images: number }[]).reduce((sum, { images }) => sum + images, 0);
    expect(total).toBeGreaterThanOrEqual(units.births[row]!);
  });

  test('takes files of an earlier version, which lack a column, among those of this one', async () => {
    const checkpoint = results.checkpoint('step-2');
    const key = results.objects.layers(checkpoint.label);
    const bytes = await sample.store.get(key);
    const { activation, ...columns } = layersSchema.columns;
    expect(activation.nullable).toBe(true);
    const earlier = { name: layersSchema.name, columns };
    await sample.store.put(key, await encodeTable(earlier, await results.layers(checkpoint)));
    const counted =
      'select checkpoint, count(*) as n, count(activation) as a from layers group by checkpoint';
    expect(await rows(`${counted} order by checkpoint`)).toEqual([
      ['step-1', 6, 0],
      ['step-2', 6, 0],
      ['step-3', 6, 0],
    ]);
    await sample.store.put(key, bytes);
  });

  test('tells NaN and infinity from a lack of a value', async () => {
    const [row] = await rows('select sqrt(-1.0) as a, ln(0.0) as b, null as c from checkpoints limit 1');
    expect(row).toEqual([NaN, -Infinity, null]);
  });

  test('takes text functions on labels', async () => {
    expect(await rows("select distinct upper(layer) as l from layers where layer like '%conv1'")).toEqual([
      ['CONV1'],
    ]);
  });

  // Means of whole numbers are exact: the engine adds in any order.
  test.each([
    'select checkpoint, layer, avg(births) as h, count(*) as n from units where # group by checkpoint, layer',
    'select layer as l, count(distinct unit) as n from units where # group by layer order by n, l',
    'select checkpoint as "c d", max(apoz) as x from units where # group by checkpoint order by "c d" desc limit 2',
    'select avg(births) as h from units where # group by checkpoint order by checkpoint',
    'select layer, checkpoint, max(birth_rank) as b from births where # group by checkpoint, layer',
    'select checkpoint, category, sum(births) as n from units where # group by category, checkpoint having sum(births) > 60',
  ])('makes groups of numbers what groups of labels are: %s', async (sql) => {
    // A condition on the labels keeps them in the engine.
    const byNumber = await rows(sql.replace('#', 'unit >= 0'));
    const byLabel = await rows(sql.replace('#', 'checkpoint is not null and layer is not null'));
    const sorted = (found: unknown[][]) =>
      sql.includes('order by') ? found : found.map((row) => JSON.stringify(row)).sort();
    expect(sorted(byNumber)).toEqual(sorted(byLabel));
    expect(byNumber.length).toBeGreaterThan(1);
  });

  test('tells several sweeps apart by a column', async () => {
    const low = await SweepResults.open(sample.store, 'low');
    const found = await rows('select sweep, count(*) as n from units group by sweep order by sweep', [
      results,
      low,
    ]);
    expect(found).toEqual([
      ['low', 72],
      ['usual', 72],
    ]);
  });

  test('says what the engine does not understand, without a path or a plan', async () => {
    const wrong = runQuery([results], 'select nothing from units');
    await expect(wrong).rejects.toThrow(SqlError);
    await expect(wrong).rejects.toThrow(/"nothing"/);
    await expect(wrong).rejects.not.toThrow(sample.folder);
  });

  test('refuses births that were not kept, and sweeps that are not there', async () => {
    const low = await SweepResults.open(sample.store, 'low');
    await expect(runQuery([low], 'select * from births')).rejects.toThrow(NoResultsError);
    const unknown = SweepResults.open(sample.store, 'usuall');
    await expect(unknown).rejects.toThrow(UnknownNameError);
    await expect(unknown).rejects.toThrow('did you mean usual?');
  });

  test('writes CSV, JSON, Parquet and Arrow', async () => {
    const result = await runQuery(
      [results],
      'select checkpoint, unit, birth_histogram from units order by checkpoint, layer, category, unit',
    );
    for (const ending of ['csv', 'json', 'parquet', 'arrow'])
      await result.write(join(sample.folder, `x.${ending}`));
    const magic = async (name: string) =>
      (await readFile(join(sample.folder, name))).subarray(0, 4).toString();
    expect(await magic('x.parquet')).toBe('PAR1');
    expect(await magic('x.arrow')).toBe('ARRO');
    expect(await readFile(join(sample.folder, 'x.csv'), 'utf8')).toMatch(
      /^checkpoint,unit,birth_histogram\nstep-1,0,"\[\{""birth_rank/,
    );
    expect(JSON.parse(await readFile(join(sample.folder, 'x.json'), 'utf8'))).toEqual(result.records());
    await expect(result.write(join(sample.folder, 'x.xlsx'))).rejects.toThrow(QueryOutputError);
  });
});

test('another threshold gives what a sweep with that threshold gives, to the bit', async () => {
  const restated = await SweepResults.open(sample.store, 'usual', { threshold: 8, minSelectiveRate: 0.4 });
  const low = await SweepResults.open(sample.store, 'low');
  for (const checkpoint of results.checkpoints) {
    expect(await restated.units(checkpoint)).toEqual(await low.units(checkpoint));
    const layers = async (from: SweepResults) => encodeTable(layersSchema, await from.layers(checkpoint));
    expect(await layers(restated)).toEqual(await layers(low));
  }
  const sql = 'select * from layers order by checkpoint, layer, category';
  expect(await rows(sql, [restated])).toEqual(await rows(sql, [low]));
  expect(await rows(sql, [low])).not.toEqual(await rows(sql));
});

test('compare finds the unit that died, and means as SQL has them', async () => {
  const [a, b] = ['step-1', 'step-3'].map((label) => checkpointGroup(results, label));
  const found = await compareCheckpoints(results, a!, b!);
  const row = found.layers.find(({ layer, category }) => layer === 'conv1' && category === 'cat')!;
  expect([row.died, row.diedUnits, row.awoke, row.awokeUnits]).toEqual([1, [0], 0, []]);
  const sql = (label: string) =>
    rows(
      `select avg(entropy) as h from units where sensitive and checkpoint = '${label}' and layer = 'conv1' and category = 'cat'`,
    );
  expect(row.meanA).toBeCloseTo((await sql('step-1'))[0]![0] as number, 12);
  expect(row.meanB).toBeCloseTo((await sql('step-3'))[0]![0] as number, 12);
  // A dead unit has no H that could have moved.
  expect(found.died.filter(({ layer }) => layer === 'conv1')).toContainEqual({
    layer: 'conv1',
    category: 'cat',
    unit: 0,
  });
  expect(found.units.some(({ sensitiveA, sensitiveB }) => !sensitiveA || !sensitiveB)).toBe(false);
});

test('compare has the ε of both sides, and lists units of few births last', async () => {
  const seen = new Set<boolean>();
  for (const threshold of [4, 6, 8, 30]) {
    const stated = await SweepResults.open(sample.store, 'usual', { threshold });
    const [a, b] = ['step-1', 'step-2'].map((label) => checkpointGroup(stated, label));
    const found = await compareCheckpoints(stated, a!, b!);
    const sql = 'select checkpoint, layer, category, unit, selective_rate, images from units';
    const rates = new Map(
      (await rows(sql, [stated])).map(([checkpoint, layer, category, unit, rate, images]) => [
        JSON.stringify([checkpoint, layer, category, unit]),
        [rate as number, Math.round((rate as number) * (images as number))] as const,
      ]),
    );
    for (const { layer, category, unit, rateA, rateB, few } of found.units) {
      const [one, other] = ['step-1', 'step-2'].map((checkpoint) =>
        rates.get(JSON.stringify([checkpoint, layer, category, unit]))!,
      );
      expect([rateA, rateB]).toEqual([one![0], other![0]]);
      expect(few).toBe(Math.min(one![1], other![1]) < 5);
      seen.add(few);
    }
    const order = found.units.map(({ few, difference }) => [Number(few), -Math.abs(difference)] as const);
    expect(order).toEqual(order.toSorted(([x, y], [u, v]) => x - u || y - v));
    const { notes } = unitDifferenceRows(found, 'conv1');
    expect(notes.units).toBe(found.units.filter(({ layer }) => layer === 'conv1').length);
    const means = notes.most_moved.map(({ layer, unit }) => {
      const own = found.units.filter((one) => !one.few && one.layer === layer && one.unit === unit);
      return own.reduce((sum, { difference }) => sum + Math.abs(difference), 0) / own.length;
    });
    for (const [i, { mean }] of notes.most_moved.entries()) expect(mean).toBeCloseTo(means[i]!, 12);
    expect(means).toEqual(means.toSorted((x, y) => y - x));
    expect(means.length > 0).toBe(notes.units > notes.few);
  }
  expect([...seen].sort()).toEqual([false, true]);
});

test('the H of a layer in compare is that of the trend and of the layers table, to the last bits', async () => {
  const [a, b] = ['step-1', 'step-3'].map((label) => checkpointGroup(results, label));
  const found = await compareCheckpoints(results, a!, b!);
  const trend = await sweepTrend(results);
  const at = (label: string) => trend.checkpoints.findIndex((checkpoint) => checkpoint.label === label);
  for (const row of found.layers.filter(({ category }) => category === null)) {
    const layer = trend.layers.find((entry) => entry.layer === row.layer)!;
    expect(row.meanA).toBeCloseTo(layer.values[at('step-1')]!.entropy!, 13);
    expect(row.meanB).toBeCloseTo(layer.values[at('step-3')]!.entropy!, 13);
    const [stored] = await rows(
      `select entropy_mean, cells from layers where scope = 'all' and checkpoint = 'step-3' and layer = '${row.layer}'`,
    );
    expect([row.meanB!.toFixed(12), row.cellsB]).toEqual([(stored![0] as number).toFixed(12), stored![1]]);
  }
});

test('a condition on a column of numbers wants a number', () => {
  const numbers = Object.assign(Object.create(results) as SweepResults, {
    checkpoints: results.checkpoints.map((checkpoint) => ({
      ...checkpoint,
      meta: { epoch: checkpoint.index },
    })),
  });
  expect(checkpointGroup(numbers, 'epoch>=1').checkpoints).toHaveLength(2);
  expect(() => checkpointGroup(numbers, 'epoch<one')).toThrow(
    'expected a number, as epoch holds, found "one"',
  );
});

test('two checkpoints are told apart where ranks and means both say so', () => {
  expect(isCertain(0.04, { low: 0.1, high: 0.3 })).toBe(true);
  expect(isCertain(0.04, { low: -0.3, high: -0.1 })).toBe(true);
  expect(isCertain(0.04, { low: -0.1, high: 0.3 })).toBe(false);
  expect(isCertain(0.06, { low: 0.1, high: 0.3 })).toBe(false);
  expect(isCertain(null, null)).toBe(false);
});

describe('SHOW TABLES and DESCRIBE', () => {
  test('list the tables with their rows, without births that were not kept', async () => {
    const low = await SweepResults.open(sample.store, 'low');
    const found = await runQuery([results], 'show tables;');
    expect(found.columns).toEqual(['table', 'rows']);
    expect(found.rows()).toEqual([
      ['units', 72],
      ['layers', 18],
      ['checkpoints', 3],
      ['births', 1728],
      ['objects', 12],
      ['failures', 0],
    ]);
    expect((await rows('SHOW TABLES', [low])).map(([table]) => table)).not.toContain('births');
  });

  test.each(['DESCRIBE units', 'desc units;', 'SHOW COLUMNS FROM units', 'describe table "units"'])(
    '%s names every column that SELECT gives, with its type',
    async (sql) => {
      const { columns } = await runQuery([results], 'select * from units limit 1');
      const found = await rows(sql);
      expect(found.map(([name]) => name)).toEqual(columns);
      const types = new Map(found.map(([name, type]) => [name, type]));
      expect([
        types.get('checkpoint'),
        types.get('unit'),
        types.get('entropy'),
        types.get('sensitive'),
      ]).toEqual(['text', 'uint32', 'float64', 'boolean']);
    },
  );

  test('have the column `sweep` where there are several', async () => {
    const low = await SweepResults.open(sample.store, 'low');
    expect((await rows('DESCRIBE layers', [results, low]))[0]).toEqual(['sweep', 'text']);
  });

  test.each([
    ['DESCRIBE unit', 'did you mean units?'],
    ['SHOW DATABASES', 'expected SHOW TABLES'],
    ['DESCRIBE', 'expected SHOW TABLES'],
    ['DESCRIBE units; SELECT 1', 'expected SHOW TABLES'],
  ])('refuses %s and says what there is', async (sql, message) => {
    await expect(runQuery([results], sql)).rejects.toThrow(message);
  });
});

test('two checkpoints of the same content are the same, other ones are not', async () => {
  const [one, other] = ['step-1', 'step-2'].map((label) => checkpointGroup(results, label));
  expect(await compareCheckpoints(results, one!, one!)).toMatchObject({ same: true });
  expect(await compareCheckpoints(results, one!, other!)).toMatchObject({ same: false });
});

test('a checkpoint compared with itself has moved nowhere', async () => {
  const same = checkpointGroup(results, 'step-2');
  const { layers, units } = await compareCheckpoints(results, same, same);
  for (const { difference, effect, p, certain } of layers)
    expect([difference, effect, p, certain]).toEqual([0, 0, 1, false]);
  expect(units.every(({ difference, p }) => difference === 0 && p === 1)).toBe(true);
});

test('rank puts the unit without a birth last, and rankings agree with themselves', async () => {
  const { units, agreement, layers } = await rankUnits(results, results.checkpoint('step-3'), {
    by: 'ineffectiveness',
  });
  // It has no H, and the order of its number agrees with no other ranking.
  const sensitive = await runQuery(
    [results],
    "SELECT layer, count(DISTINCT unit) AS units FROM units WHERE sensitive AND checkpoint = 'step-3' GROUP BY layer, layer_index ORDER BY layer_index",
  );
  expect(layers.map((one) => [one.layer, one.sensitive])).toEqual(sensitive.rows());
  expect(layers.every(({ units: all, sensitive: some }) => all === 6 && some < 6)).toBe(true);
  expect(units.filter((unit) => !unit.sensitive).map(({ values }) => values.entropy)).toContain(null);
  for (const { first, second, layer, units: count } of agreement) {
    const ofLayer = units.filter((unit) => unit.layer === layer);
    const both = ofLayer.filter(({ values }) => values[first] !== null && values[second] !== null);
    expect(count).toBe(both.length);
    const isOfBirths = [first, second].some((one) => one === 'ineffectiveness' || one === 'entropy');
    const some = layers.find((one) => one.layer === layer)!.sensitive;
    if (isOfBirths) expect(count).toBeLessThanOrEqual(some);
    // A unit that is silent in every category prefers none.
    else expect(count).toBe([first, second].includes('class_selectivity') ? 5 : 6);
  }
  const last = units.filter(({ ranks }) => ranks.ineffectiveness === 5);
  expect(last.map(({ unit }) => unit)).toEqual([0, 0]);
  expect(units.every(({ ranks }) => ranks.l1 === null)).toBe(true);
  expect(agreement.every(({ first, second }) => first !== 'l1' && second !== 'l1')).toBe(true);
  await expect(
    rankUnits(results, results.checkpoint('step-3'), { by: 'l1', layer: 'conv11' }),
  ).rejects.toThrow('did you mean conv1?');
});

test('a trend has the means and intervals of the layers tables, over categories and of one', async () => {
  for (const category of [undefined, "o'dog"]) {
    const { checkpoints, layers } = await sweepTrend(results, { category });
    expect(layers.map(({ layer }) => layer)).toEqual(['conv1', '<b>conv2</b>']);
    for (const [place, checkpoint] of checkpoints.entries()) {
      const table = await results.layers(checkpoint);
      const text = ({ codes, labels }: { codes: Uint32Array; labels: readonly string[] }, row: number) =>
        labels[codes[row]!];
      for (const { layer, mapSize, values } of layers) {
        const row = [...table.scope.codes.keys()].find(
          (at) =>
            text(table.layer.values, at) === layer &&
            (category === undefined
              ? text(table.scope, at) === 'all'
              : text(table.scope, at) === 'category' && text(table.category.values, at) === category),
        )!;
        expect(mapSize).toBe(14);
        expect(values[place]).toEqual({
          entropy: table.entropy_mean.values[row],
          low: table.entropy_ci_low.values[row],
          high: table.entropy_ci_high.values[row],
          relative: table.relative_entropy_mean.values[row],
          relativeLow: table.relative_entropy_ci_low.values[row],
          relativeHigh: table.relative_entropy_ci_high.values[row],
          selectiveRate: table.selective_rate_mean.values[row],
        });
      }
    }
  }
});

test('trend orders the checkpoints and names unknown columns', async () => {
  const { layers, checkpoints, against } = await sweepTrend(results);
  expect(checkpoints.map(({ label }) => label)).toEqual(['step-1', 'step-2', 'step-3']);
  expect(layers.map(({ layer }) => layer)).toEqual(['conv1', '<b>conv2</b>']);
  expect(against).toBeNull();
  await expect(sweepTrend(results, { against: 'loss' })).rejects.toThrow(UnknownNameError);
});

describe('tables of an earlier version', () => {
  const later = ['entropy_paper', 'class_selectivity'];
  let mixed: SampleSweep;

  /** Writes the units of a checkpoint as an earlier version did: without the later columns. */
  async function makeOlder(label: string): Promise<void> {
    const key = `sweeps/usual/results/units/${label}.arrow`;
    const columns = await decodeTable(memorySource(key, await mixed.store.get(key)), unitsSchema);
    const older = <T extends object>(all: T): T =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !later.includes(name))) as T;
    const schema = { name: unitsSchema.name, columns: older(unitsSchema.columns) };
    await mixed.store.put(key, await encodeTable(schema, older(columns)));
  }

  beforeAll(async () => {
    mixed = await sampleSweeps({ usual: 'statistics: { bootstrap: 0 }\n' });
  }, 120_000);
  afterAll(() => mixed.remove());

  test.each([
    [1, ['step-2']],
    [3, ['step-1', 'step-2', 'step-3']],
  ])('are answered with nulls, and said: %i of 3', async (count, labels) => {
    for (const label of labels) await makeOlder(label);
    const own = await SweepResults.open(mixed.store, 'usual');
    const all = await runQuery(
      [own],
      'SELECT checkpoint, entropy, entropy_paper, class_selectivity FROM units',
    );
    expect(all.length).toBe(72);
    const lacking = all.records().filter((row) => row['entropy_paper'] === null);
    expect(new Set(lacking.map((row) => row['checkpoint']))).toEqual(new Set(labels));
    expect(lacking.every((row) => row['class_selectivity'] === null && row['entropy'] !== null)).toBe(true);
    expect(all.notices).toEqual([
      `sweep usual: an earlier version made the units of ${count} of 3 checkpoints; entropy_paper, class_selectivity are ` +
        'null there (run the sweep again: nothing is measured anew)',
    ]);
    const mean = await runQuery([own], 'SELECT checkpoint, avg(entropy) AS h FROM units GROUP BY checkpoint');
    expect(mean.length).toBe(3);
    expect((await runQuery([own], 'DESCRIBE units')).rows().map(([name]) => name)).toContain('entropy_paper');
  });

  test('have the columns that they lack in the type that others have them', async () => {
    const own = await SweepResults.open(mixed.store, 'usual');
    const types = async () =>
      (await runQuery([own], 'DESCRIBE layers')).rows().map((row) => JSON.stringify(row));
    const before = await types();
    for (const label of ['step-1', 'step-2', 'step-3']) {
      const key = `sweeps/usual/results/layers/${label}.arrow`;
      const columns: ColumnSpecs = Object.fromEntries(
        Object.entries(layersSchema.columns).filter(([name]) => name !== 'sensitive_pairs'),
      );
      const schema = { name: 'layers/1', columns };
      const all = await decodeTable(memorySource(key, await mixed.store.get(key)), schema);
      await mixed.store.put(key, await encodeTable(schema, all));
    }
    expect((await types()).sort()).toEqual(before.sort());
  });

  test('of one version are answered without a notice', async () => {
    expect((await runQuery([results], 'SELECT count(*) AS n FROM units')).notices).toEqual([]);
  });
});
