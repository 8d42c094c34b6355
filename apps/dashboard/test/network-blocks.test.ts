import { expect, test } from 'vitest';
import { networkBlocks } from '../src/page/network/network-blocks.ts';

const blocksOf = (names: readonly string[]): [string, string[]][] =>
  networkBlocks(names.map((layer) => ({ layer }))).map(({ name, layers }) => [
    name,
    layers.map(({ short }) => short),
  ]);

test('layers stand in blocks of what their names begin with, beyond what all begin with', () => {
  expect(
    blocksOf([
      '/net/stem/Conv',
      '/net/layer1/0/Conv',
      '/net/layer1/1/Conv',
      '/net/layer2/0/Conv',
      '/net/head',
    ]),
  ).toEqual([
    ['stem', ['Conv']],
    ['layer1', ['0/Conv', '1/Conv']],
    ['layer2', ['0/Conv']],
    ['', ['head']],
  ]);
});

test('names without parts are one block, and one layer alone keeps its name', () => {
  expect(blocksOf(['conv1', 'conv2'])).toEqual([['', ['conv1', 'conv2']]]);
  expect(blocksOf(['features.0', 'features.3'])).toEqual([['', ['0', '3']]]);
  expect(blocksOf(['conv1'])).toEqual([['', ['conv1']]]);
  expect(blocksOf([])).toEqual([]);
});
