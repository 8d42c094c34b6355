// node births.mjs LAYERS TAPS TORCH: births of the same layers' maps from two files of float32. LAYERS: JSON array of
// { size, maps }, in the order in which their maps lie in both files. Prints one JSON array of { same, births } a layer:
// how many maps have the same birth rank in both, and the birth ranks of TAPS.
import { readFile } from 'node:fs/promises';
import { BirthKernel } from '../../packages/topology/dist/index.js';

const [layersPath, ...paths] = process.argv.slice(2);
const layers = JSON.parse(await readFile(layersPath, 'utf8'));
const [taps, torch] = await Promise.all(paths.map(floatsOf));
const kernel = new BirthKernel();
let first = 0;
const answers = layers.map(({ size, maps }) => {
  const last = first + maps * size * size;
  const [ours, theirs] = [taps, torch].map((all) => birthsOf(all.slice(first, last), size, maps));
  first = last;
  return { same: ours.filter((birth, map) => birth === theirs[map]).length, births: [...ours] };
});
process.stdout.write(JSON.stringify(answers));

async function floatsOf(path) {
  const bytes = await readFile(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function birthsOf(maps, size, count) {
  const birthRanks = new Uint32Array(count);
  kernel.measure(maps, size, { birthRanks });
  return birthRanks;
}
