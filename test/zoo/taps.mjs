// node taps.mjs MODEL IMAGES OUT: what unitscope looks at in a network. IMAGES: float32, [count][N][N][3], with count and N in
// its name (…-3x128.f32). OUT.json gets the layers; OUT.f32 the maps of those that are measured, [layer][image][unit][N·N].
import { readFile, writeFile } from 'node:fs/promises';
import { openModel } from '../../packages/models/dist/index.js';

const [path, imagesPath, out] = process.argv.slice(2);
const [, count, size] = (/-(\d+)x(\d+)\.f32$/.exec(imagesPath) ?? []).map(Number);
const bytes = await readFile(imagesPath);
const images = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

const model = await openModel(path, { inputSize: { height: size, width: size }, checkOutputs: false });
const measured = model.layers.filter((layer) => layer.measurable);
/** @type {Map<string, Buffer[]>} */
const kept = new Map(measured.map((layer) => [layer.name, []]));
const keptOf = ({ name }) => kept.get(name) ?? [];
// A network that was exported for one image takes one at a time.
const each = images.length / count;
for (let image = 0; image < count; image++) {
  await model.forward(images.slice(image * each, (image + 1) * each), 1, measured, (layer, maps) => {
    keptOf(layer).push(Buffer.from(maps.slice().buffer));
  });
}
await writeFile(
  `${out}.json`,
  JSON.stringify({ input: model.input, layers: model.layers, unseen: model.unseen }),
);
await writeFile(`${out}.f32`, Buffer.concat(measured.flatMap(keptOf)));
await model.dispose();
