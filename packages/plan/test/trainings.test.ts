import { describe, expect, it } from 'vitest';
import type { MetaValue } from '../src/manifest.ts';
import { trainingsOf } from '../src/trainings.ts';

type Meta = Record<string, MetaValue>;

const of = (metas: readonly Meta[], run?: readonly string[]) =>
  trainingsOf(
    metas.map((meta, i) => ({ label: `c${i}`, meta })),
    run,
  );

/** Two learning rates, three seeds, three steps; the loss is measured. */
const grid: Meta[] = [0.01, 0.002].flatMap((lr) =>
  [1, 2, 3].flatMap((seed) =>
    [0, 4, 16].map((step) => ({ lr, seed, step, loss: 1 / (1 + step * lr + seed) })),
  ),
);

describe('the trainings among checkpoints', () => {
  it('are one where no step comes twice, whatever else changes', () => {
    const found = of([1, 2, 3, 4].map((step) => ({ step, lr: step < 3 ? 0.1 : 0.01 })));
    expect(found).toMatchObject({ axis: 'step', runColumns: [], unplaced: [], problem: null });
    expect(found.trainings).toEqual([
      { run: null, settings: {}, members: [0, 1, 2, 3], places: [1, 2, 3, 4] },
    ]);
  });

  it('of a grid are told apart by the settings alone, never by a measured value', () => {
    const found = of(grid);
    expect(found.runColumns).toEqual(['lr', 'seed']);
    expect(found.trainings.map(({ run }) => run)).toEqual(
      [0.002, 0.01].flatMap((lr) => [1, 2, 3].map((seed) => `lr=${lr}, seed=${seed}`)),
    );
    expect(found.trainings[4]).toMatchObject({
      settings: { lr: 0.01, seed: 2 },
      members: [3, 4, 5],
      places: [0, 4, 16],
    });
  });

  it('are ordered by the step, not by the file', () => {
    const found = of([{ step: 16 }, { step: 0 }, { step: 4 }]);
    expect(found.trainings[0]).toMatchObject({ members: [1, 2, 0], places: [0, 4, 16] });
  });

  it('stand in the order of their settings, numbers ascending and texts as people read them', () => {
    const rates = [0.1, 0.003, 1, 0.02, 10];
    const names = ['run-10', 'run-9', 'base'];
    const metas = rates.flatMap((lr) => names.map((name) => ({ lr, name, step: 1 })));
    expect(of(metas, ['lr', 'name']).trainings.map(({ run }) => run)).toEqual(
      [0.003, 0.02, 0.1, 1, 10].flatMap((lr) =>
        ['base', 'run-9', 'run-10'].map((name) => `lr=${lr}, name=${name}`),
      ),
    );
    expect(
      of([{ size: 'large' }, { size: 9 }, { size: 10 }], ['size']).trainings.map(({ run }) => run),
    ).toEqual(['size=9', 'size=10', 'size=large']);
  });

  it('are whole where a setting follows a schedule', () => {
    const found = of(
      ['a', 'b'].flatMap((seed) => [1, 2, 3, 4].map((step) => ({ seed, step, lr: step < 3 ? 0.1 : 0.01 }))),
    );
    expect(found.runColumns).toEqual(['seed']);
    expect(found.trainings).toHaveLength(2);
  });

  it('leave out a checkpoint without a step, which stands apart', () => {
    const found = of([{ step: 4 }, { loss: 1 }, { step: 0 }, { step: null }]);
    expect(found.trainings[0]).toMatchObject({ members: [2, 0] });
    expect(found.unplaced).toEqual([1, 3]);
  });

  it('are one checkpoint each where all are at one place', () => {
    const found = of([1, 2, 3].map((seed) => ({ seed, epoch: 0, loss: seed / 7 })));
    expect(found.runColumns).toEqual(['seed']);
    expect(found.trainings.map(({ members }) => members)).toEqual([[0], [1], [2]]);
  });

  it('are none where nothing places the checkpoints: networks of a zoo have no first and no last', () => {
    const found = of([{}, {}, {}]);
    expect(found).toMatchObject({ axis: null, trainings: [] });
    expect(found.problem).toMatch(/^nothing says at which step or epoch the checkpoints are: give it by /);
    expect(of([{ seed: 1 }, { seed: 1 }], ['seed']).problem).toBe(found.problem);
    // One network, or one a training, needs no place.
    expect(of([{}]).trainings).toMatchObject([{ run: null, members: [0] }]);
    expect(of([{ seed: 1 }, { seed: 2 }], ['seed']).trainings).toMatchObject([
      { members: [0] },
      { members: [1] },
    ]);
  });

  it('are placed by their labels where these name the step and nothing else differs', () => {
    const named = (...labels: string[]) => trainingsOf(labels.map((label) => ({ label, meta: {} })));
    expect(named('step-16', 'step-2', 'step-0')).toMatchObject({
      axis: 'step',
      trainings: [{ members: [2, 1, 0], places: [0, 2, 16] }],
    });
    expect(named('run/epoch=1.pt', 'run/epoch=0.pt')).toMatchObject({ axis: 'epoch', problem: null });
    for (const labels of [
      ['step-1', 'last'],
      ['a/step-1', 'b/step-2'],
      ['resnet18', 'resnet34'],
    ])
      expect(named(...labels)).toMatchObject({ axis: null, trainings: [] });
  });

  it('leave out a checkpoint without the seed that tells the others apart, not all of them', () => {
    const without = new Set([4, 5, 7]);
    const metas = grid.map((meta, i): Meta => {
      const { seed, ...rest } = meta;
      return without.has(i) || seed === undefined ? rest : meta;
    });
    const found = of(metas);
    expect(found).toMatchObject({ runColumns: ['lr', 'seed'], lacking: ['seed'], problem: null });
    expect(found.unplaced).toEqual([...without]);
    expect(found.trainings).toHaveLength(6);
    expect(of(metas, ['lr', 'seed'])).toMatchObject({ unplaced: [...without], lacking: ['seed'] });
    // A step that is missing as well.
    const withoutStep = metas.map((meta, i): Meta => {
      const { step, ...rest } = meta;
      return i === 0 || step === undefined ? rest : meta;
    });
    expect(of(withoutStep)).toMatchObject({ unplaced: [0, 4, 5, 7], lacking: ['step', 'seed'] });
    // Where most lack it, it tells nothing.
    const few = grid.map((meta, i) => (i < 4 ? meta : { lr: meta['lr'] ?? 0, step: meta['step'] ?? 0 }));
    expect(of(few)).toMatchObject({ trainings: [], unplaced: [] });
  });

  it('are none where nothing tells them apart, with what to do', () => {
    const found = of([{ step: 1 }, { step: 1 }, { step: 2 }, { step: 2 }]);
    expect(found.trainings).toEqual([]);
    expect(found.problem).toBe(
      '2 checkpoints are at step 1 (c0 and c1), and no metadata tells their trainings apart: give each checkpoint what does, ' +
        'such as a seed, by `pattern` or `meta` (in Arrow files: `unitscope.meta`), and name it where it is not ' +
        'found, as in `run: [lr, seed]`',
    );
  });

  it('are found among many settings that part the checkpoints alike, and not at all where none suffice', () => {
    const many = (value: MetaValue): Meta =>
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`option${i}`, `${String(value)}-${i}`]));
    expect(of(grid.map((meta) => ({ ...meta, ...many(meta['lr'] ?? null) }))).runColumns).toEqual([
      'option0',
      'seed',
    ]);
    const twice = [1, 2].flatMap((lr) => [1, 1, 2, 2].map((step) => ({ ...many(lr), step })));
    expect(of(twice)).toMatchObject({ trainings: [], runColumns: [] });
  });

  it('are those that the spec names, or none where these do not suffice', () => {
    expect(of(grid, ['seed', 'lr']).trainings.map(({ run }) => run)[0]).toBe('seed=1, lr=0.002');
    expect(of(grid, ['seed'])).toMatchObject({ trainings: [], runColumns: ['seed'] });
    expect(of(grid, ['seed']).problem).toContain(
      '2 checkpoints are at step 0 (c0 and c9), and seed does not tell',
    );
  });
});
