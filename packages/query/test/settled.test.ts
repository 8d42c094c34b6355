import { afterAll, beforeAll, expect, test } from 'vitest';
import { settledOverWords, settledWords } from '../src/trainings/settled-words.ts';
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
    for (const { values, settled, settledStep, settles } of layers) {
      const entropies = values.map((value) => value!.entropy!);
      expect(settles).toBe(to - from >= 5);
      const place = settledPlace(entropies);
      expect(settled).toBe(place === null ? null : checkpoints[place]!.label);
      expect(settledStep).toBe(place);
    }
  }
});

test('whether a layer settled is not told where no unit is sensitive at the last checkpoint', async () => {
  const strict = await SweepResults.open(sample.store, 'steps', { threshold: 1 });
  const { layers } = await sweepTrend(strict);
  expect(layers.every(({ values, settles }) => values.at(-1)!.entropy === null && !settles)).toBe(true);
  const over = await sweepTrends(strict);
  expect(
    over.layers.map(({ settled, trainings, settledSteps }) => [settled, trainings, settledSteps]),
  ).toEqual([
    [0, 0, []],
    [0, 0, []],
  ]);
});

test('over trainings those that have not settled stand first, and last is said where all settled alone', () => {
  const training = (settled: Readonly<Record<string, number | null>>) => ({
    axis: 'step',
    layers: Object.entries(settled).map(([layer, at]) => ({ layer, settledStep: at, settles: true })),
  });
  // Four trainings in which one layer settled once: it learned first, and is not the last of anything.
  const open = { conv1: null, conv2: null, conv3: null };
  expect(settledOverWords([{ ...open, conv1: 48 }, open, open, open].map(training))).toBe(
    'conv2, conv3: not settled in any of 4 trainings; conv1 settled in 1 of 4, at step 48.',
  );
  const one = training({ conv1: 1, conv2: 3, conv3: null });
  const two = training({ conv1: 2, conv2: 4, conv3: 4 });
  const untold = { ...one, layers: one.layers.map((layer) => ({ ...layer, settles: false })) };
  expect(settledOverWords([one, two])).toBe(
    'conv3 settled in 1 of 2 trainings, at step 4; conv1 in 2 of 2, at step 1 to 2; conv2 in 2 of 2, at step 3 to 4. ' +
      'Last, of the 1 training in which all settled: conv2 in 1, conv3 in 1, some of them together.',
  );
  expect(settledOverWords([two, training({ conv1: 1, conv2: 2, conv3: 3 })])).toMatch(
    / Last: conv3 in 2, conv2 in 1, some of them together\.$/,
  );
  expect(settledOverWords([training(open), training(open)])).toContain(
    'No layer settled in any of 2 trainings',
  );
  expect(settledOverWords([one, untold])).toBe(
    'conv3: not settled in any of 1 training; conv1 settled in 1 of 1, at step 1; conv2 in 1 of 1, at step 3. ' +
      'Of 1 training nothing can be told.',
  );
  expect(settledOverWords([training({ conv1: null }), training({ conv1: null })])).toBe(
    'conv1: not settled in any of 2 trainings.',
  );
  expect(settledOverWords([untold])).toBe('');
  // A layer of which one training tells nothing is of the other one.
  const half = { ...two, layers: two.layers.slice(1) };
  expect(settledOverWords([half, { ...half, axis: null }, training({ conv1: null, conv2: 1 })])).toMatch(
    /^conv1: not settled in any of 1 training; conv2 settled in 3 of 3, at step 1 to 4/,
  );
});

test('within a training last is said where all layers settled alone', () => {
  const training = (settled: Readonly<Record<string, string | null>>) => ({
    checkpoints: STEPS.map((step) => ({ label: String(step) })) as never,
    layers: Object.entries(settled).map(([layer, at]) => ({ layer, settled: at, settles: true })),
  });
  expect(settledWords(training({ conv1: '2', conv2: null, conv3: null }))).toBe(
    'Not settled at the end: conv2, conv3. Settled: conv1 (2).',
  );
  expect(settledWords(training({ conv1: '4', conv2: null, conv3: '2', conv4: '4' }))).toBe(
    'Not settled at the end: conv2. Settled: conv3 (2); conv1, conv4 (4).',
  );
  expect(settledWords(training({ conv1: '4', conv2: '1' }))).toBe(
    'Settled last: conv1 (4). First: conv2 (1).',
  );
  expect(settledWords(training({ conv1: '4', conv2: '4' }))).toBe('Settled: conv1, conv2 (4).');
});
