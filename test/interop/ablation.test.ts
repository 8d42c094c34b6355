import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ablate, ablationTable } from '@unitscope/ablation';
import { decodeImage, openImages, parsePreprocess, preprocess } from '@unitscope/datasets';
import { smallSweep } from '../../packages/ablation/test/small-sweep.ts';
import { python } from './python.ts';

interface Answer {
  steps: number;
  units: number[];
  furthest: { loss: number; accuracy: number; top5: number };
}

it("gives onnxruntime's loss, accuracy and top-5 after each step, in Python, of weights zeroed in the file", async () => {
  const sweep = await smallSweep();
  onTestFinished(() => sweep.remove());
  const { folder, checkpoint, results } = sweep;
  const ablation = await ablate(results, {
    layer: 'second',
    by: ['ineffectiveness', 'l1', 'random'],
    directions: ['forward', 'reverse'],
    randomOrders: 2,
    threads: 2,
  });
  await writeFile(join(folder, 'steps.arrow'), await ablationTable(ablation));

  const { source } = results.manifest;
  if (source.kind !== 'models') throw new Error('the sweep has models');
  const set = await openImages({ kind: 'mnist' });
  const unit = parsePreprocess('unit');
  const pixels: Float32Array[] = [];
  const labels: number[] = [];
  for (const { label, images } of source.categories) {
    const wanted = new Set(images.map((image) => image.label));
    for (const image of await set.images(label)) {
      if (!wanted.has(image.label)) continue;
      const decoded = await decodeImage(await image.bytes(), image.encoding);
      pixels.push(await preprocess(decoded, unit, { height: 28, width: 28, channels: 1 }));
      labels.push(Number(label));
    }
  }
  await writeFile(
    join(folder, 'images.f32'),
    Buffer.concat(pixels.map((image) => new Uint8Array(image.buffer))),
  );
  const of = [
    { measure: 'ineffectiveness', direction: 'forward' },
    { measure: 'ineffectiveness', direction: 'reverse' },
    { measure: 'l1', direction: 'reverse' },
    { measure: 'random', random_order: 0 },
    { measure: 'random', random_order: 1 },
  ];
  const question = {
    shape: [labels.length, 1, 28, 28],
    labels,
    weights: ['w2', 'b2', 'gamma', 'beta'],
    curves: of.map((curve) => ({ of: curve })),
  };
  await writeFile(join(folder, 'question.json'), JSON.stringify(question));
  const files = [
    checkpoint,
    join(folder, 'images.f32'),
    join(folder, 'question.json'),
    join(folder, 'steps.arrow'),
  ];
  const answers = JSON.parse(await python('ablate.py', ...files)) as Answer[];
  expect(answers).toHaveLength(of.length);
  for (const { steps, units, furthest } of answers) {
    expect(steps).toBe(13);
    expect([...units].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(furthest.loss).toBeLessThan(1e-6);
    expect(furthest.accuracy).toBe(0);
    expect(furthest.top5).toBe(0);
  }
});
