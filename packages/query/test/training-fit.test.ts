import { describe, expect, it } from 'vitest';
import type { MetaValue } from '@unitscope/plan';
import { fitOf } from '../src/trainings/training-fit.ts';

const checkpoints = (metas: readonly Record<string, MetaValue>[]) =>
  metas.map((meta, index) => ({ label: `c${index}`, index, digest: '', meta }));

const fitting = (metas: readonly Record<string, MetaValue>[]) => {
  const all = checkpoints(metas);
  const fit = fitOf(all);
  return (
    fit && { condition: fit.condition, fits: all.filter((one) => fit.holds(one)).map(({ index }) => index) }
  );
};

describe('whether a checkpoint fits its training set', () => {
  it('is told by the training accuracy where that is there, and names the column and its bound', () => {
    const metas = [{ train_accuracy: 0.95 }, { train_accuracy: 0.5, loss: 0.1 }, { loss: 0.2 }, { lr: 1 }];
    expect(fitting(metas)).toEqual({
      condition:
        'train_accuracy of at least 0.9, without it loss of at most 0.3, taken as of the training set',
      fits: [0, 2],
    });
  });

  it('reads an accuracy in per cent as that, also below one per cent', () => {
    expect(fitting([{ acc: 0.95 }, { acc: 89 }, { acc: 91.5 }])).toEqual({
      condition: 'acc of at least 90, taken as of the training set',
      fits: [2],
    });
  });

  it('is not told where no metadata measures it', () => {
    expect(fitting([{ lr: 0.1, loss: null }, { loss: 'low' }])).toBeNull();
  });
});
