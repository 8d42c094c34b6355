import { afterAll, beforeAll, expect, test } from 'vitest';
import { settledOverWords } from '../src/trainings/settled-words.ts';
import { SweepResults } from '../src/results/sweep-results.ts';
import { sweepTrend, sweepTrends } from '../src/trainings/sweep-trend.ts';
import { sampleSweeps, type SampleSweep } from './sample-sweep.ts';

const STEPS = [1, 2, 3, 4, 5, 6, 7];

let sample: SampleSweep;
let results: SweepResults;

beforeAll(async () => {
  const checkpoints = Object.fromEntries(STEPS.map((step) => [`step-${step}`, { dead: step > 2 }]));
  sample = await sampleSweeps({ steps: 'statistics: { bootstrap: 0 }' }, { checkpoints });
  results = await SweepResults.open(sample.store, 'steps');
}, 120_000);
afterAll(() => sample.remove());

/** By the words of docs/results.md, over values and nothing else. */
function settledPlace(values: readonly number[]): number | null {
  if (values.length < 5) return null;
  const near = (Math.max(...values) - Math.min(...values)) / 10;
  const place = values.findIndex((_, at) =>
    values.slice(at).every((value) => Math.abs(value - values.at(-1)!) <= near),
  );
  return values.length - 1 - place >= 3 ? place : null;
}

test('a layer has settled where three checkpoints or more after it stay where it ends, and is not told of fewer than five', async () => {
  for (const [from, to] of [
    [0, 7],
    [0, 6],
    [1, 7],
    [2, 7],
    [0, 4],
    [3, 6],
  ] as const) {
    const { checkpoints, layers } = await sweepTrend(results.only(results.checkpoints.slice(from, to)));
    for (const { values, settled, settles } of layers) {
      const entropies = values.map((value) => value!.entropy!);
      expect(settles).toBe(to - from >= 5);
      const place = settledPlace(entropies);
      expect(settled).toBe(place === null ? null : checkpoints[place]!.label);
    }
  }
});

test('whether a layer settled is not told where no unit is sensitive at the last checkpoint', async () => {
  const strict = await SweepResults.open(sample.store, 'steps', { threshold: 1 });
  const { layers } = await sweepTrend(strict);
  expect(layers.every(({ values, settles }) => values.at(-1)!.entropy === null && !settles)).toBe(true);
  const over = await sweepTrends(strict);
  expect(over.layers.map(({ settled, trainings }) => [settled, trainings])).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test('over trainings it is said in how many of them which layer settled last', () => {
  const training = (settled: Readonly<Record<string, string | null>>) => ({
    run: 'a',
    checkpoints: STEPS.map((step) => ({ label: String(step) })) as never,
    layers: Object.entries(settled).map(([layer, at]) => ({ layer, settled: at, settles: true })),
  });
  const one = training({ conv1: '1', conv2: '3', conv3: null });
  const two = training({ conv1: '2', conv2: '4', conv3: '4' });
  const none = training({ conv1: null, conv2: null, conv3: null });
  const untold = { ...none, layers: none.layers.map((layer) => ({ ...layer, settles: false })) };
  expect(settledOverWords([one, two])).toBe(
    'Not settled at the end of 2 trainings: conv3 in 1. Settled last of 2 trainings: conv2 in 2, conv3 in 1, some of them together.',
  );
  expect(settledOverWords([none, none])).toContain('No layer settled in any of 2 trainings');
  expect(settledOverWords([one, untold])).toMatch(
    /Settled last of 1 training: conv2 in 1\. Of 1 training nothing can be told\.$/,
  );
  expect(settledOverWords([untold])).toBe('');
});
