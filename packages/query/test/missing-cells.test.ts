import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkpointGroup } from '../src/checkpoints/checkpoint-group.ts';
import { resultTrainings } from '../src/checkpoints/checkpoint-order.ts';
import { compareCheckpoints } from '../src/comparison/compare-checkpoints.ts';
import { SweepResults } from '../src/results/sweep-results.ts';
import { changedUnits } from '../src/trainings/changed-units.ts';
import { missingWords } from '../src/trainings/measured-cells.ts';
import { changesWords, runChanges } from '../src/trainings/run-changes.ts';
import { generalization } from '../src/trainings/verdict.ts';
import { sampleSweeps, type SampleSweep } from './sample-sweep.ts';

let sample: SampleSweep;
let results: SweepResults;

beforeAll(async () => {
  const at = (seed: number, step: number, unmeasured = false) => {
    return [`seed-${seed}-step-${step}`, { unmeasured, meta: { seed, step, loss: 0.1 } }] as const;
  };
  sample = await sampleSweeps(
    { s: 'statistics: { bootstrap: 0 }' },
    { checkpoints: Object.fromEntries([at(1, 0), at(1, 1), at(2, 0), at(2, 1, true)]) },
  );
  results = await SweepResults.open(sample.store, 's');
}, 120_000);
afterAll(() => sample.remove());

const group = (text: string) => checkpointGroup(results, text);

test('a unit whose cell failed at the last checkpoint did not die: nothing is said of it', async () => {
  const [one, two] = await runChanges(results);
  expect([one!.died, one!.awoke, one!.untold]).toEqual([0, 0, 0]);
  expect([two!.died, two!.awoke, two!.untold]).toEqual([0, 0, 6]);
  expect(two!.ever).toBe(one!.ever - 6);
  expect(changesWords([two!])).toContain(' Of 6 more nothing is said: their layers lack cells');
  const training = resultTrainings(results).trainings[1]!;
  expect((await changedUnits(results, training)).died).toEqual([]);
});

test('a comparison calls no unit dead that was not measured on a side', async () => {
  for (const [a, b] of [
    ['step=0', 'step=1'],
    ['seed-2-step-0', 'seed-2-step-1'],
  ] as const) {
    const { layers } = await compareCheckpoints(results, group(a), group(b));
    expect(layers.map(({ died, awoke }) => [died, awoke])).toEqual(layers.map(() => [0, 0]));
  }
});

test('cells that are missing are told, and nothing is concluded', async () => {
  expect(await missingWords(results)).toMatch(/^The tables of these checkpoints hold 15 of 16 cells: /);
  expect(await missingWords(results.only(group('seed=1').checkpoints))).toBe('');
  expect((await generalization(results)).words).toContain('some of its tasks failed');
});
