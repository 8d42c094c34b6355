import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSpec, trainingsOf, type TrainerName } from '@unitscope/plan';
import { findCheckpoints, type FoundCheckpoints } from '../../src/resolve/find-checkpoints.ts';
import { lookAtRuns } from '../../src/resolve/runs/look-at-runs.ts';

/** Left by Lightning, Transformers, timm, Ray Tune and Hydra themselves: make.py there. */
const FIXTURES = join(import.meta.dirname, '../fixtures/runs');

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-runs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function found(from: TrainerName, glob: string, place = FIXTURES): Promise<FoundCheckpoints> {
  const text = `{ name: s, source: { models: { network: graph.onnx, from: ${from}, checkpoints: ['${glob}'], images: { from: folder, path: images } } } }`;
  const { models } = parseSpec(text, 'spec').source;
  if (models === undefined) throw new Error('no models');
  return await findCheckpoints(models, place);
}

/** Globs wide enough to match what is no checkpoint too, and what the first checkpoint and the others are known by. */
const RUNS = [
  {
    from: 'lightning',
    glob: 'lightning/lightning_logs/version_*/checkpoints/*.ckpt',
    places: [
      ['version_0', 2],
      ['version_0', 4],
      ['version_1', 2],
      ['version_1', 4],
    ],
    first: {
      run: 'version_0',
      epoch: 0,
      step: 2,
      lr: 0.1,
      seed: 1,
      val_loss: 0.6547155380249023,
      train_loss: 0.7314078211784363,
    },
    left: /2 of 6 paths .*last\.ckpt/,
  },
  {
    from: 'huggingface',
    glob: 'huggingface/**/*',
    places: [
      ['run-1', 2],
      ['run-1', 4],
      ['run-2', 2],
    ],
    first: {
      run: 'run-1',
      epoch: 1,
      step: 2,
      lr: 0.01,
      seed: 1,
      learning_rate: 0.008333333333333333,
      loss: 0.6932302713394165,
      eval_loss: 0.6892752051353455,
    },
    left: /paths .* are no checkpoints of their own/,
  },
  {
    from: 'timm',
    glob: 'timm/output/train/*/*.pth.tar',
    places: [
      ['20261101-101010-resnet18-224', 0],
      ['20261101-101010-resnet18-224', 1],
      ['20261101-101010-resnet18-224', 2],
      ['20261102-101010-resnet18-224', 0],
    ],
    first: {
      epoch: 0,
      lr: 0.1,
      seed: 1,
      model: 'resnet18',
      train_loss: 0.7345485091209412,
      eval_top1: 50,
      metric: 50,
    },
    left: /2 of 6 paths .*last\.pth\.tar/,
  },
  {
    from: 'ray',
    glob: 'ray/exp/*/checkpoint_*/*.pt',
    places: [
      [/^train_.*lr=0\.1000/, 0],
      [/^train_.*lr=0\.1000/, 1],
      [/^train_.*lr=0\.0100/, 0],
      [/^train_.*lr=0\.0100/, 1],
    ],
    first: { epoch: 0, iteration: 1, lr: 0.1, seed: 1, 'opt.momentum': 0.9, loss: 0.7345485091209412 },
    left: null,
  },
  {
    from: 'hydra',
    glob: 'hydra/**/*.pt',
    places: [
      [/^multirun.*0$/, 0],
      [/^multirun.*0$/, 1],
      [/^multirun.*1$/, 0],
      [/^multirun.*1$/, 1],
      [/^outputs/, 0],
      [/^outputs/, 1],
    ],
    first: { epoch: 0, lr: 0.01, seed: 2, 'model.name': 'tiny', loss: 1 },
    left: null,
  },
] as const;

function named(name: string | RegExp): unknown {
  return typeof name === 'string' ? name : (expect.stringMatching(name) as unknown);
}

describe('from', () => {
  it.each(RUNS)(
    '$from: knows run, place, hyper-parameters and log of each checkpoint',
    async ({ from, glob, places, first, left }) => {
      const { checkpoints, notices, run } = await found(from, glob);
      expect(run).toEqual(['run']);
      expect(checkpoints.map(({ meta }) => [meta['run'], meta['step'] ?? meta['epoch']])).toEqual(
        places.map(([name, place]) => [named(name), place]),
      );
      expect(checkpoints[0]?.meta).toMatchObject(first);
      expect(trainingsOf(checkpoints, run)).toMatchObject({ problem: null, unplaced: [] });
      if (left === null) expect(notices).toEqual([]);
      else expect(notices).toEqual([expect.stringMatching(left)]);
    },
  );

  it('keeps a last checkpoint that has no other at its place', async () => {
    await cp(join(FIXTURES, 'lightning'), folder, { recursive: true });
    const run = join(folder, 'lightning_logs/version_0/checkpoints');
    await rm(join(run, 'epoch=1-step=4.ckpt'));
    const { checkpoints } = await found('lightning', 'lightning_logs/version_0/checkpoints/*', folder);
    expect(checkpoints.map(({ label, meta }) => [label, meta['step']])).toEqual([
      ['epoch=0-step=2', 2],
      ['last', 4],
    ]);
  });

  it('takes no value of another step, no setting for a place, and says what it cannot read', async () => {
    await cp(join(FIXTURES, 'lightning'), folder, { recursive: true });
    const run = join(folder, 'lightning_logs/version_0');
    await writeFile(join(run, 'metrics.csv'), 'epoch,step,val_loss\n0,2,7\n0,0,8\n');
    await writeFile(join(run, 'hparams.yaml'), 'epoch: 99\nnet: !!python/object:net.Net {}\nopt: {lr: 5}\n');
    const glob = 'lightning_logs/version_0/checkpoints/epoch=0*';
    const { checkpoints } = await found('lightning', glob, folder);
    expect(checkpoints[0]?.meta).toEqual({
      run: 'version_0',
      epoch: 0,
      step: 2,
      lr: 0.1,
      seed: 1,
      'opt.lr': 5,
    });
    await writeFile(join(run, 'hparams.yaml'), 'a: [1\n');
    expect((await found('lightning', glob, folder)).notices).toEqual([
      expect.stringMatching(/version_0: .*line 2/),
    ]);
  });

  it('knows the epochs of Keras by the names of its files, which count from 1, and its log, which counts from 0', async () => {
    for (const name of ['weights.01-0.70', 'weights.02-0.50', 'resnet_50'])
      await writeFile(join(folder, `${name}.onnx`), '');
    await writeFile(join(folder, 'training.log'), 'epoch,loss,val_loss\n0,0.9,0.7\n1,0.6,0.5\n2,0.4,0.3\n');
    const text = `{ name: s, source: { models: { from: keras, checkpoints: ['*.onnx'], images: { from: folder, path: images } } } }`;
    const { checkpoints } = await findCheckpoints(parseSpec(text, 'spec').source.models!, folder);
    expect(checkpoints.map(({ label, meta }) => [label, meta])).toMatchObject([
      ['resnet_50', {}],
      ['weights.01-0.70', { epoch: 1, loss: 0.9, val_loss: 0.7 }],
      ['weights.02-0.50', { epoch: 2, loss: 0.6, val_loss: 0.5 }],
    ]);
    expect(checkpoints[0]?.meta).not.toHaveProperty('epoch');
    await writeFile(join(folder, 'other.csv'), 'epoch,lr\n0,1\n');
    const { notices } = await findCheckpoints(parseSpec(text, 'spec').source.models!, folder);
    expect(notices.join()).toMatch(/2 logs have epochs/);
  });

  it('is refused where nothing is of that trainer', async () => {
    await expect(found('huggingface', 'lightning/**/*.ckpt')).rejects.toThrow(
      /none of the 6 paths .* is a checkpoint as huggingface leaves it; the first is .*ckpt/,
    );
  });
});

describe('lookAtRuns', () => {
  it.each([
    ['lightning', 'lightning', ['lightning_logs/version_*/checkpoints/*.ckpt']],
    ['huggingface', 'huggingface', ['run-*/checkpoint-*/model.safetensors']],
    ['timm', 'timm', ['output/train/*-101010-resnet*/*.pth.tar']],
    ['ray', 'ray', [expect.stringMatching(/^exp\/train_\w+_\*\/checkpoint_\*\/checkpoint\.pt$/)]],
    ['hydra', 'hydra', ['multirun/*/*/*/epoch-*.pt', 'outputs/*/*/epoch-*.pt']],
    ['timm/output/train/20261101-101010-resnet18-224', 'timm', ['*.pth.tar']],
  ])('sees who left %s, and makes globs that later runs match too', async (place, from, globs) => {
    const runs = await lookAtRuns(join(FIXTURES, place));
    expect(runs).toMatchObject({ from, globs });
    const again = await found(
      runs.from!,
      globs.length === 1 ? String(runs.globs[0]) : '**/*.pt',
      join(FIXTURES, place),
    );
    expect(again.checkpoints.length).toBeGreaterThan(0);
  });

  it('names weights of nobody that is known, and refuses a folder without any, with the way out for Keras', async () => {
    await cp(join(FIXTURES, 'hydra/outputs'), folder, { recursive: true });
    await rm(join(folder, '2026-11-29/06-35-28/.hydra'), { recursive: true });
    expect(await lookAtRuns(folder)).toMatchObject({ from: null, globs: ['*/*/epoch-*.pt'] });
    await rm(join(folder, '2026-11-29'), { recursive: true });
    await expect(lookAtRuns(folder)).rejects.toThrow(/expected files of weights .* found no file/);
    await writeFile(join(folder, 'model.keras'), '');
    await expect(lookAtRuns(folder)).rejects.toThrow(/found those of Keras .*export\(/);
    await writeFile(join(folder, 'model.onnx'), '');
    expect(await lookAtRuns(folder)).toMatchObject({ from: 'keras', globs: ['model.onnx'] });
  });
});
