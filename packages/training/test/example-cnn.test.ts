import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logarithmicSteps, trainExampleCnn } from '../src/example-cnn.ts';
import { checkLayers, openModel } from '@unitscope/models';
import type { LabelledImages } from '../src/training-set.ts';
import { numbers } from '../../models/test/numbers.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-example-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Noise with a bright stripe whose slope tells the class. */
function stripes(count: number, seed: number): LabelledImages {
  const images = numbers(count * 784, seed).map((value) => value * 0.1);
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
  for (const [index, label] of labels.entries()) {
    const angle = (label * Math.PI) / 10;
    for (let t = -12; t <= 12; t++) {
      const y = Math.round(14 + t * Math.sin(angle));
      const x = Math.round(14 + t * Math.cos(angle));
      images[index * 784 + y * 28 + x] = 2;
    }
  }
  return { images, labels };
}

describe('trainExampleCnn', () => {
  it.each(['onnxruntime', 'wasm'] as const)(
    'learns on %s, and saves checkpoints that open, with a log beside them',
    async (backend) => {
      const to = join(folder, backend);
      const heldOut = stripes(40, 2);
      const options = { train: stripes(160, 1), heldOut, folder: to, seed: 3, steps: 60, batchSize: 32 };
      const steps: number[] = [];
      const snapshots = await trainExampleCnn({
        ...options,
        backend,
        snapshotSteps: [0, 60],
        onStep: (step) => steps.push(step),
      });
      expect(steps).toHaveLength(60);
      expect(snapshots.map(({ step }) => step)).toEqual([0, 60]);
      expect(snapshots[1]!.loss).toBeLessThan(snapshots[0]!.loss / 2);
      expect(snapshots[1]!.heldOutAccuracy).toBeGreaterThan(0.5);
      const log = (await readFile(join(to, 'log.csv'), 'utf8')).split('\n');
      expect(log[0]).toBe('step,loss,accuracy,held_out_loss,held_out_accuracy,seed,corruption');
      expect(log[2]).toBe(
        `60,${snapshots[1]!.loss},${snapshots[1]!.accuracy},${snapshots[1]!.heldOutLoss},${snapshots[1]!.heldOutAccuracy},3,0`,
      );
      const model = await openModel(snapshots[1]!.path, { backend });
      expect(
        model.layers.map(({ name, units, height, activation }) => [
          name,
          units,
          height,
          activation?.toLowerCase(),
        ]),
      ).toEqual([
        ['conv1', 16, 14, 'relu'],
        ['conv2', 24, 14, 'relu'],
        ['conv3', 24, 14, 'relu'],
        ['conv4', 32, 14, 'relu'],
      ]);
      await model.dispose();
    },
  );

  it('gives the same bytes for the same seed, others for another', { timeout: 60_000 }, async () => {
    const weights = async (name: string, seed: number) => {
      const to = join(folder, name);
      await trainExampleCnn({
        train: stripes(32, 1),
        folder: to,
        seed,
        steps: 2,
        batchSize: 16,
      });
      return await readFile(join(to, 'step-0002.onnx'));
    };
    const first = await weights('a', 1);
    expect(await weights('b', 1)).toEqual(first);
    expect(await weights('c', 2)).not.toEqual(first);
  });

  it('snapshots at powers of two and at the end', () => {
    expect(logarithmicSteps(16)).toEqual([0, 1, 2, 4, 8, 16]);
    expect(logarithmicSteps(20)).toEqual([0, 1, 2, 4, 8, 16, 20]);
  });
});

describe('trainExampleCnn with other networks and labels', () => {
  it.each([
    { head: 'flatten', hidden: 16, batchNorm: true },
    { head: 'pooling', activation: 'silu' },
    { head: 'pooling', activation: 'relu6', batchNorm: true },
  ] as const)('learns with %o', { timeout: 60_000 }, async (network) => {
    const to = join(folder, JSON.stringify(network));
    const [first, last] = await trainExampleCnn({
      train: stripes(40, 1),
      folder: to,
      network: { filters: [4, 4], ...network },
      steps: 30,
      batchSize: 20,
      snapshotSteps: [0, 30],
    });
    expect(last!.loss).toBeLessThan(first!.loss);
    const model = await openModel(last!.path);
    expect(model.layers.map(({ name, height }) => [name, height])).toEqual([
      ['conv1', 14],
      ['conv2', 14],
    ]);
    await model.dispose();
  });

  it('halves its maps by max pooling, as VGG does', { timeout: 60_000 }, async () => {
    const to = join(folder, 'pooled');
    const network = { filters: [4, 4, 6], head: 'flatten', hidden: 16, maxPool: [2, 3] } as const;
    for (const backend of ['onnxruntime', 'wasm'] as const) {
      const options = { train: stripes(40, 1), folder: to, network, steps: 30, batchSize: 20, backend };
      const [first, last] = await trainExampleCnn({ ...options, snapshotSteps: [0, 30] });
      expect(last!.loss).toBeLessThan(first!.loss);
      const model = await openModel(last!.path, { backend });
      expect(model.layers.map(({ name, height }) => [name, height])).toEqual([
        ['conv1', 28],
        ['conv2', 28],
        ['conv3', 14],
      ]);
      await model.dispose();
    }
  });

  it('stops at the end of the epoch at which its loss is reached, and saves the network there', async () => {
    const options = { train: stripes(40, 1), steps: 400, batchSize: 20, snapshotSteps: [0, 400] };
    const stopped = await trainExampleCnn({
      ...options,
      folder: join(folder, 'stopped'),
      schedule: 'constant',
      stopAtLoss: 0.5,
    });
    const [, last] = stopped;
    expect(stopped).toHaveLength(2);
    expect(last!.loss).toBeLessThanOrEqual(0.5);
    expect(last!.step).toBeLessThan(400);
    expect(last!.step % 2).toBe(0);
    expect((await readFile(join(folder, 'stopped', 'log.csv'), 'utf8')).split('\n')[2]).toMatch(
      new RegExp(`^${last!.step},`),
    );
  });

  it('refuses settings out of their range, and those that only onnxruntime trains with', async () => {
    const train = stripes(20, 1);
    const refused = (over: object) => trainExampleCnn({ train, folder, steps: 1, batchSize: 10, ...over });
    await expect(refused({ network: { dropout: 1 } })).rejects.toThrow('dropout: expected a share');
    await expect(refused({ network: { maxPool: [9] } })).rejects.toThrow(
      'convolutions from 1 to 4, found [9]',
    );
    await expect(refused({ network: { maxPool: [1, 2, 3] } })).rejects.toThrow('at most 2 of them');
    await expect(refused({ weightDecay: -1 })).rejects.toThrow('weight decay: expected a number from 0');
    await expect(refused({ learningRate: 0 })).rejects.toThrow('learning rate: expected a number above 0');
    await expect(refused({ weightDecay: 0.1, backend: 'wasm' })).rejects.toThrow(
      'expected the backend onnxruntime',
    );
    await expect(refused({ network: { dropout: 0.5 }, backend: 'wasm' })).rejects.toThrow('found wasm');
  });

  it('learns corrupted labels by heart and logs seed and share', { timeout: 60_000 }, async () => {
    const to = join(folder, 'memorised');
    const [, last] = await trainExampleCnn({
      train: stripes(20, 1),
      heldOut: stripes(40, 2),
      folder: to,
      network: { filters: [8], head: 'flatten', hidden: 32 },
      corruption: 1,
      seed: 5,
      steps: 60,
      batchSize: 20,
      snapshotSteps: [0, 60],
    });
    // All labels are fitted, and what was learned is not what the images show.
    expect(last!.accuracy).toBe(1);
    expect(last!.heldOutAccuracy).toBeLessThan(0.5);
    const log = (await readFile(join(to, 'log.csv'), 'utf8')).trimEnd().split('\n');
    expect(log[0]).toBe('step,loss,accuracy,held_out_loss,held_out_accuracy,seed,corruption');
    expect(log[2]).toMatch(/^60,.*,5,1$/);
  });

  it('finds the maps of each layer again in plain JavaScript, and leaves out what takes longer than it may', async () => {
    const train = { images: numbers(8 * 784, 3), labels: Uint8Array.from([0, 1, 0, 1, 0, 1, 0, 1]) };
    await trainExampleCnn({ train, folder, steps: 1, batchSize: 4, snapshotSteps: [1], backend: 'wasm' });
    const path = join(folder, 'step-0001');
    const checks = await checkLayers(path, { backend: 'wasm', images: 1 });
    expect(checks.length).toBeGreaterThan(2);
    for (const { verdict, difference, births } of checks) {
      expect(['equal', 'last bits']).toContain(verdict);
      expect(difference).toBeLessThan(1e-5);
      expect(births?.different).toBe(0);
    }
    const some = await checkLayers(path, { backend: 'wasm', images: 1, work: 1 });
    expect(new Set(some.map(({ verdict }) => verdict))).toEqual(new Set(['not checked']));
    expect(some[0]?.reason).toContain('--check');
  });
});
