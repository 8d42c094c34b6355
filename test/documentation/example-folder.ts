import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { onnxBytes } from '../../packages/models/test/onnx-builder.ts';

/** What the examples of the docs speak of: `network.onnx`, a small classifier, and `photos`, a folder a category. */
export async function writeExampleFolder(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'network.onnx'), network());
  for (const [index, category] of ['cats', 'dogs'].entries()) {
    mkdirSync(join(folder, 'photos', category), { recursive: true });
    for (let image = 0; image < 12; image++) {
      const pixels = Uint8Array.from(
        { length: 20 * 20 * 3 },
        (_, i) => (i * (image + 7) * (index + 3)) % 256,
      );
      await sharp(pixels, { raw: { width: 20, height: 20, channels: 3 } })
        .png()
        .toFile(join(folder, 'photos', category, `${image}.png`));
    }
  }
}

function network(): Uint8Array {
  const weights = (count: number, step: number): number[] =>
    Array.from({ length: count }, (_, i) => Math.sin(i * step) / 3);
  return onnxBytes({
    input: ['N', 3, 16, 16],
    output: 'scores',
    nodes: [
      { op: 'Conv', name: 'conv1', inputs: ['image', 'w1'], output: 'y1', ints: { pads: [1, 1, 1, 1] } },
      { op: 'Relu', inputs: ['y1'], output: 'relu1' },
      { op: 'Conv', name: 'conv2', inputs: ['relu1', 'w2'], output: 'y2', ints: { pads: [1, 1, 1, 1] } },
      { op: 'Relu', inputs: ['y2'], output: 'relu2' },
      { op: 'GlobalAveragePool', inputs: ['relu2'], output: 'pooled' },
      { op: 'Flatten', inputs: ['pooled'], output: 'flat' },
      { op: 'Gemm', inputs: ['flat', 'w3'], output: 'scores' },
    ],
    weights: {
      w1: { dims: [6, 3, 3, 3], values: weights(162, 1.7) },
      w2: { dims: [8, 6, 3, 3], values: weights(432, 2.3) },
      w3: { dims: [8, 2], values: weights(16, 3.1) },
    },
  });
}
