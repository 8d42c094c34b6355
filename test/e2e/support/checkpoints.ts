import { decodeImage, openImages, parsePreprocess, preprocess } from '@unitscope/datasets';
import { trainExampleCnn } from '@unitscope/training';

/** Three checkpoints of the example CNN, `step-0000` to `step-0002`, and their `log.csv`: hardly trained, but real. */
export async function tinyCheckpoints(folder: string): Promise<void> {
  const set = await openImages({ kind: 'mnist' });
  const unit = parsePreprocess('unit');
  const images: Float32Array[] = [];
  for (const category of ['0', '1']) {
    for (const image of (await set.images(category)).slice(0, 8)) {
      const decoded = await decodeImage(await image.bytes(), image.encoding);
      images.push(await preprocess(decoded, unit, { height: 28, width: 28, channels: 1 }));
    }
  }
  const pixels = new Float32Array(images.length * 784);
  images.forEach((image, i) => pixels.set(image, i * 784));
  const labels = Uint8Array.from(images.keys(), (i) => Math.floor(i / 8));
  const train = { images: pixels, labels };
  await trainExampleCnn({ train, folder, steps: 2, batchSize: 4, snapshotSteps: [0, 1, 2], backend: 'wasm' });
}

/** A spec over them: 3 checkpoints × 4 layers × 2 digits × 5 images. */
export function tinySpec(folder: string): string {
  return `
name: tiny
source:
  models:
    checkpoints:
      - path: ${folder}/step-*/model.json
        pattern: "step-(?<step>\\\\d+)"
    log: { path: ${folder}/log.csv, on: step }
    images: { from: mnist, perCategory: 5, categories: ["0", "1"] }
    backend: wasm
    batchSize: 4
births: true
statistics: { bootstrap: 50 }
`;
}
