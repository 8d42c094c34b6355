import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openModel } from '@unitscope/models';
import { trainExampleCnn } from '@unitscope/training';

// Needs tfjs-node, which `npm run setup:tfjs-node` builds.
const digits = Float32Array.from({ length: 40 * 784 }, (_, i) => ((i * 7919) % 1009) / 1009);
const labels = Uint8Array.from({ length: 40 }, (_, i) => i % 10);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-tfjs-node-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function mapsOf(path: string, backend: 'tfjs-node' | 'wasm'): Promise<Float32Array> {
  const model = await openModel(path, { backend });
  try {
    let first = new Float32Array(0);
    const [layer] = model.layers;
    if (layer === undefined) throw new Error('the model has no layer');
    await model.forward(digits.subarray(0, 4 * 784), 4, [layer], (_, maps) => {
      first = Float32Array.from(maps);
    });
    return first;
  } finally {
    await model.dispose();
  }
}

test('tfjs-node trains the example CNN, and wasm sees the same maps in it', async () => {
  const train = { images: digits, labels };
  const snapshots = await trainExampleCnn({ train, folder, seed: 3, steps: 2, backend: 'tfjs-node' });
  const path = snapshots.at(-1)?.path ?? '';
  const native = await mapsOf(path, 'tfjs-node');
  const wasm = await mapsOf(path, 'wasm');
  expect(native).toHaveLength(4 * 16 * 196);
  const furthest = native.reduce((most, value, i) => Math.max(most, Math.abs(value - (wasm[i] ?? NaN))), 0);
  expect(furthest).toBeLessThan(1e-4);
});
