import { describe, expect, test } from 'vitest';
import { groupByIndex, labelIndices, type LabelIndex } from '../src/checkpoints/label-index.js';

const labels = (texts: string[]) => new Map(texts.map((text, i) => [i, text]));
const indices: LabelIndex[] = [
  { label: 'checkpoint', index: 'checkpoint_index', labels: labels(['a', 'b']), ascending: true },
  { label: 'layer', index: 'layer_index', labels: labels(['conv2', 'conv10']), ascending: false },
];

describe('groupByIndex makes groups of numbers', () => {
  test.each([
    [
      'select checkpoint, layer, avg(entropy) as h, count(*) from units where sensitive group by checkpoint, layer',
      'select checkpoint_index AS "checkpoint", layer_index AS "layer", avg(entropy) as h, count(*) from units where sensitive group by checkpoint_index, layer_index',
      ['checkpoint', 'layer'],
    ],
    [
      'select layer l, max(entropy) from units group by layer having count(distinct unit) > 3 order by 2 desc limit 3',
      'select layer_index l, max(entropy) from units group by layer_index having count(distinct unit) > 3 order by 2 desc limit 3',
      ['l'],
    ],
    [
      'select "checkpoint" as "the ""one""" from units group by checkpoint order by "the ""one""" desc',
      'select checkpoint_index as "the ""one""" from units group by checkpoint_index order by "the ""one""" desc',
      ['the "one"'],
    ],
    [
      'select max(entropy) from units group by checkpoint order by checkpoint',
      'select max(entropy) from units group by checkpoint_index order by checkpoint_index',
      [],
    ],
    [
      "select checkpoint, layer from units where layer = 'conv2' group by checkpoint, layer",
      `select checkpoint_index AS "checkpoint", layer from units where layer = 'conv2' group by checkpoint_index, layer`,
      ['checkpoint'],
    ],
  ])('%s', (sql, expected, columns) => {
    const found = groupByIndex(sql, indices);
    expect(found?.sql).toBe(expected);
    expect([...(found?.columns.keys() ?? [])]).toEqual(columns);
  });
});

describe('groupByIndex leaves alone', () => {
  test.each([
    'select checkpoint from units',
    'select checkpoint from units group by checkpoint, upper(checkpoint)',
    "select checkpoint from units where checkpoint like 'a%' group by checkpoint",
    "select checkpoint from units group by checkpoint having checkpoint > 'a'",
    "select checkpoint as c from units group by checkpoint having c > 'a'",
    "select checkpoint || 'x' from units group by checkpoint",
    'select checkpoint, min(checkpoint) from units group by checkpoint',
    'select units.checkpoint from units group by units.checkpoint',
    'select u.checkpoint from units u group by u.checkpoint',
    'select checkpoint, checkpoint from units group by checkpoint',
    'select checkpoint as layer, layer as checkpoint from units group by checkpoint, layer',
    'select max(entropy) as checkpoint from units group by checkpoint',
    'select * from units group by checkpoint',
    'select layer from units group by layer order by layer',
    'select layer as l from units group by layer order by l',
    'select layer from units group by layer order by 1',
    'select checkpoint from units group by checkpoint order by checkpoint nulls first',
    'select checkpoint from units group by checkpoint order by upper(checkpoint)',
    'select checkpoint from units group by 1',
    'select distinct checkpoint from units group by checkpoint',
    'select checkpoint from units group by checkpoint union select layer from units group by layer',
    'select checkpoint from (select checkpoint from units) t group by checkpoint',
    'with t as (select checkpoint from units) select checkpoint from t group by checkpoint',
    'select checkpoint, sum(count(*)) over (order by checkpoint) from units group by checkpoint',
    'select a.checkpoint from units a join layers b on a.layer = b.layer group by a.checkpoint',
    'select entropy from units group by entropy',
  ])('%s', (sql) => {
    expect(groupByIndex(sql, indices)).toBeNull();
  });
});

test('a label that has no number of its own is no index', () => {
  const cell = (checkpoint: number, layerIndex: number | null, layer: string | null) => ({
    checkpoint,
    layerIndex,
    layer,
    category: null,
    size: 14,
    files: [],
  });
  const of = (cells: ReturnType<typeof cell>[]) =>
    labelIndices({
      checkpoints: ['step-2', 'step-10'].map((label) => ({ label, digest: '', meta: {} })),
      source: { kind: 'activations', cells },
    }).map(({ label, ascending }) => [label, ascending]);
  const checkpoint = ['checkpoint', false];
  expect(of([cell(0, 0, 'a'), cell(0, 1, 'b'), cell(1, 0, 'a')])).toEqual([checkpoint, ['layer', true]]);
  expect(of([])).toEqual([checkpoint]);
  expect(of([cell(0, null, 'a')])).toEqual([checkpoint]);
  expect(of([cell(0, 0, null)])).toEqual([checkpoint]);
  expect(of([cell(0, 0, 'a'), cell(1, 0, 'b')])).toEqual([checkpoint]);
  expect(of([cell(0, 0, 'a'), cell(1, 1, 'a')])).toEqual([checkpoint]);
});
