import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSweep } from '@unitscope/engine';
import { parseSpec } from '@unitscope/plan';
import { SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import { prepareSweep, resolveSweep } from '@unitscope/tasks';
import { onnxBytes } from '../../models/test/onnx-builder.ts';
import { conv, op, random } from '../../models/test/onnx-parts.ts';

export interface SmallSweep {
  readonly folder: string;
  /** Of the only checkpoint, an ONNX file. */
  readonly checkpoint: string;
  readonly results: SweepResults;
  remove(): Promise<void>;
}

/**
 * A finished sweep of a network of two convolutions of 12 units, `first` and, with a batch norm, `second`, over 3 digits ×
 * 6 images.
 */
export async function smallSweep(layers = '*'): Promise<SmallSweep> {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-ablation-'));
  const checkpoint = join(folder, 'network.onnx');
  const network = onnxBytes({
    input: ['N', 1, 28, 28],
    nodes: [
      op('MaxPool', ['image'], 'small', { ints: { kernel_shape: [2, 2], strides: [2, 2] } }),
      conv(['small', 'w1', 'b1'], 'first'),
      op('Relu', ['first'], 'relu1'),
      conv(['relu1', 'w2', 'b2'], 'second'),
      op('BatchNormalization', ['second', 'gamma', 'beta', 'mean', 'variance'], 'normed'),
      op('Relu', ['normed'], 'relu2'),
      op('GlobalAveragePool', ['relu2'], 'pool'),
      op('Flatten', ['pool'], 'flat'),
      op('Gemm', ['flat', 'w3'], 'scores'),
    ],
    weights: {
      w1: random([12, 1, 3, 3], 1),
      b1: random([12], 2),
      w2: random([12, 12, 3, 3], 3),
      b2: random([12], 4),
      gamma: random([12], 6),
      beta: random([12], 7),
      mean: random([12], 8),
      variance: { dims: [12], values: Array.from({ length: 12 }, (_, unit) => 0.5 + unit / 8) },
      w3: random([12, 10], 5),
    },
    output: 'scores',
  });
  await writeFile(checkpoint, network);
  const text = `
name: small
source:
  models:
    checkpoints: [network.onnx]
    layers: ["${layers}"]
    images: { from: mnist, perCategory: 6, categories: ["0", "1", "7"] }
statistics: { bootstrap: 20 }
`;
  const manifest = await resolveSweep(parseSpec(text, 'spec'), folder);
  const store = await openStore(join(folder, 'store'));
  await prepareSweep(store, manifest, text, { replace: false });
  await runSweep(manifest, { store: join(folder, 'store'), threads: 1 });
  return {
    folder,
    checkpoint,
    results: await SweepResults.open(store, 'small'),
    remove: () => rm(folder, { recursive: true }),
  };
}
