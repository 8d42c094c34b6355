// A training step on onnxruntime beside one on TensorFlow.js. npm run bench:training
import { join } from 'node:path';
import { trainExampleCnn } from '@unitscope/training';
import { benchOptions, median, scratchFolder } from './bench.mjs';

const usage = `npm run bench:training -- [--backend wasm|tfjs-node] [--steps N] [--rounds N] [--quick] [--json]

Processor time of a training step of the example CNN (batches of 64 images of 28×28) on onnxruntime and on TensorFlow.js, in
turns; the ratio is the median over the rounds. Start and last snapshot are in it, so more steps say more.

  --backend NAME  of TensorFlow.js; default wasm
  --steps N       default 100
  --rounds N      default 5
  --quick         2 rounds of 30 steps
  --json          end with {"onnxruntime_over_tfjs":…}
`;
const options = benchOptions(usage, {
  backend: { type: 'string', default: 'wasm' },
  steps: { type: 'string' },
  rounds: { type: 'string' },
  quick: { type: 'boolean', default: false },
});
const steps = Number(options.steps ?? (options.quick ? 30 : 100));
const rounds = Number(options.rounds ?? (options.quick ? 2 : 5));
const IMAGES = 640;
const train = {
  images: Float32Array.from({ length: IMAGES * 784 }, (_, i) => ((i * 7919) % 1009) / 1009),
  labels: Uint8Array.from({ length: IMAGES }, (_, i) => i % 10),
};
const folder = scratchFolder();

/** Milliseconds of processor a step. */
async function stepTime(backend) {
  const before = process.cpuUsage();
  await trainExampleCnn({
    train,
    folder: join(folder, backend),
    steps,
    snapshotSteps: [],
    evaluationImages: 1,
    backend,
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / steps;
}

/** @type {Record<string, number[]>} */
const times = { onnxruntime: [], [options.backend]: [] };
for (const backend of Object.keys(times)) await stepTime(backend);
for (let round = 0; round < rounds; round++) {
  for (const [backend, found] of Object.entries(times)) found.push(await stepTime(backend));
}
for (const [backend, found] of Object.entries(times)) {
  console.log(`${backend.padEnd(12)} ${median(found).toFixed(1)} ms of processor a step`);
}
const ratio = median(times.onnxruntime.map((time, i) => time / times[options.backend][i]));
console.log(`onnxruntime over ${options.backend}: ${ratio.toFixed(2)}`);
if (options.json) console.log(JSON.stringify({ onnxruntime_over_tfjs: Number(ratio.toFixed(4)) }));
