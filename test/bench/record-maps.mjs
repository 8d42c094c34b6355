// Records maps of a network as an input of npm run bench: node test/bench/record-maps.mjs NAME MODEL
// A few of each size, from layers in turn, on a smooth image; float32 as they are.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { openModel } from '@unitscope/models';
import { smoothImages } from './smooth-images.mjs';

const [name, path] = process.argv.slice(2);
if (path === undefined) throw new Error('node test/bench/record-maps.mjs NAME MODEL');
/** Maps of each size: some hundred KB together. */
const COUNTS = new Map([
  [7, 160],
  [14, 80],
  [28, 20],
  [56, 9],
  [112, 3],
]);

const model = await openModel(path);
const layers = model.layers.filter(({ measurable, height }) => measurable && COUNTS.has(height));
/** @type {Map<number, Float32Array[]>} */
const ofSize = new Map([...COUNTS.keys()].map((size) => [size, []]));
await model.forward(smoothImages(model.input, 1, 1), 1, layers, (layer, maps) => {
  const { height: size, units } = layer;
  const among = layers.filter(({ height }) => height === size).length;
  const count = Math.ceil((COUNTS.get(size) ?? 0) / among);
  for (let i = 0; i < count; i++) {
    const unit = Math.floor(((i + 0.5) * units) / count);
    ofSize.get(size)?.push(maps.slice(unit * size * size, (unit + 1) * size * size));
  }
});
await model.dispose();
for (const [size, maps] of ofSize) {
  const wanted = Math.min(maps.length, COUNTS.get(size) ?? 0);
  const kept = Array.from({ length: wanted }, (_, i) => maps[Math.floor(((i + 0.5) * maps.length) / wanted)]);
  if (kept.length === 0) continue;
  const bytes = brotliCompressSync(Buffer.concat(kept.map((map) => new Uint8Array(map.buffer))));
  const file = join(import.meta.dirname, '../../packages/topology/bench/recorded', `${name}-${size}.f32.br`);
  writeFileSync(file, bytes);
  process.stdout.write(`${file}: ${kept.length} maps, ${bytes.length} bytes\n`);
}
