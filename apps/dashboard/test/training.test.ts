import type { Outline } from '@unitscope/dashboard';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../src/page/settings.ts';
import { counterpart, isOfTraining, ofItsTraining, outsider } from '../src/page/training.ts';
import { outlineQuestion } from '../src/server/overview-questions.ts';

const training = (seed: number, steps: readonly number[]): Outline =>
  ({
    runs: ['seed=1', 'seed=2'],
    run: `seed=${seed}`,
    checkpoints: steps.map((step, index) => ({ label: `${seed}/${step}`, index, step })),
  }) as unknown as Outline;
const first = training(1, [0, 4, 16]);
const second = training(2, [0, 16, 64]);
const settings = (given: Partial<Settings>): Settings =>
  ({ checkpoint: '', a: '', b: '', unitsAt: '', run: '', ...given }) as Settings;

test('the checkpoint of another training is that of the same step, else its last', () => {
  expect(counterpart('1/16', first, second)).toBe('2/16');
  expect(counterpart('1/4', first, second)).toBe('2/64');
});

describe('a checkpoint is of its own training', () => {
  test('whatever training the address names', () => {
    const named = settings({ checkpoint: '2/16', run: 'seed=1' });
    expect(ofItsTraining('unit', named, second).run).toBe('seed=2');
    expect(isOfTraining('unit', named, first)).toBe(false);
    expect(
      outlineQuestion('unit', new URLSearchParams('run=seed=1&checkpoint=2/16')).parameters,
    ).toMatchObject({ checkpoint: '2/16' });
  });
  test('where two are looked at the first says which it is, and the other must be of it', () => {
    const named = settings({ a: '2/16', b: '1/4', checkpoint: '1/0' });
    expect(ofItsTraining('distribution', named, second).run).toBe('seed=2');
    expect(outsider('distribution', named, second)).toBe('b');
  });
  test('but a comparison and a query name by themselves what they are of', () => {
    const named = settings({ a: '2/16', b: '1/4', checkpoint: '1/0', run: 'seed=2' });
    for (const view of ['compare', 'sql', 'checkpoints', 'ablation']) {
      expect(ofItsTraining(view, named, first).run).toBe('seed=2');
      expect(outsider(view, named, second)).toBeNull();
    }
  });
});

test('until the training that is asked for is known, what was found for another is not shown', () => {
  expect(isOfTraining('unit', settings({ run: 'seed=2' }), first)).toBe(false);
  expect(isOfTraining('unit', settings({}), first)).toBe(true);
  expect(isOfTraining('unit', settings({}), second)).toBe(false);
});
