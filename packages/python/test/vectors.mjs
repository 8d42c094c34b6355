// Writes maps and what the TypeScript packages make of them into a folder: blocks of maps as floats, births as JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nullEntropy, unitStatistics, histogramOf } from '@unitscope/entropy';
import { BirthKernel } from '@unitscope/topology';
import { labelSegment } from '@unitscope/store';
import { kernelDigest } from '@unitscope/tasks';
import { kinds, seeded } from '../../topology/test/random-maps.ts';
import { kernelBase64 } from '../../topology/dist/kernel.generated.js';

const folder = process.argv[2];
const random = seeded(17);
const SIZES = [4, 5, 7, 8, 11, 14, 20, 28, 56];
const names = Object.keys(kinds);
const kernel = new BirthKernel();

// 100,000 maps of every kind: most of them small.
const blocks = [];
for (const size of SIZES) {
  const count = { 28: 1500, 56: 300 }[size] ?? 14_029;
  const maps = new Float32Array(count * size * size);
  for (let i = 0; i < count; i++) maps.set(kinds[names[i % names.length]](size, random), i * size * size);
  const out = {
    birthRanks: new Uint32Array(count),
    sums: new Float64Array(count),
    zeros: new Uint32Array(count),
  };
  kernel.measure(maps, size, out);
  for (const [name, array] of Object.entries({
    maps,
    births: out.birthRanks,
    sums: out.sums,
    zeros: out.zeros,
  }))
    writeFileSync(join(folder, `${name}-${size}`), new Uint8Array(array.buffer));
  blocks.push({ size, count });
}

const fixtures = readFileSync(
  new URL('../../topology/test/fixtures/birth-vectors.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => {
    const { n, map } = JSON.parse(line);
    const floats = new Float32Array(Uint8Array.from(Buffer.from(map, 'base64')).buffer);
    const birthRanks = new Uint32Array(1);
    kernel.measure(floats, n, { birthRanks });
    return { size: n, map, birth: birthRanks[0] };
  });

const units = Array.from({ length: 60 }, (_, i) => {
  const images = 1 + Math.floor(200 * random());
  const births = Array.from({ length: images }, () =>
    Math.max(0, Math.floor((5 + 3 * i) * random()) - (i % 4)),
  );
  const threshold = [50, 12, 1, 200][i % 4];
  return { ranks: births, threshold, ...unitStatistics(histogramOf(births), images, 14, { threshold }) };
});

/** @type {{ size: number; births: number; threshold: number; density?: number; entropy: number }[]} */
const nulls = [4, 5, 7, 14, 28, 56].flatMap((size) =>
  [0, 2, 3, 17, 100, 5000].flatMap((births) =>
    [10, 50, 300].map((threshold) => ({
      size,
      births,
      threshold,
      entropy: nullEntropy(size, births, { threshold }),
    })),
  ),
);
nulls.push({
  size: 9,
  births: 30,
  threshold: 50,
  density: 0.3,
  entropy: nullEntropy(9, 30, { density: 0.3 }),
});

const labels = [
  'step-10',
  'Step 1',
  'a/b',
  '',
  '.',
  '..',
  '.hidden',
  'ends.',
  'con',
  'CON',
  'com1.x',
  'β %2f',
  'é'.repeat(90),
];
const segments = labels.map((label) => [label, labelSegment(label)]);

writeFileSync(
  join(folder, 'vectors.json'),
  JSON.stringify({ blocks, fixtures, units, nulls, segments, kernel: kernelBase64, digest: kernelDigest() }),
);
