// Images a second through an ablated network beside a bare forward pass. npm run bench:ablate
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openAblation, openModel } from '@unitscope/models';
import { efficientNetLite0 } from './networks.mjs';
import { benchOptions, line, median, scratchFolder } from './bench.mjs';

const usage = `npm run bench:ablate -- [--model PATH] [--layer NAME…] [--batch N] [--steps N] [--rounds N] [--quick] [--json]

Steps of a cumulative ablation on one thread, a batch of images held, beside a forward pass of the whole network over as
many images, its scores alone fetched. In turns; the ratio is the median over the rounds. The first line of a layer is what
comes before it, which is run once a batch.

  --model PATH   an ONNX classifier of 224² images; default: EfficientNet-Lite0's shape with random weights
  --layer NAME   default: an early, a middle, a late and the last layer of EfficientNet-Lite0
  --batch N      images; default 8
  --steps N      of a round; default 6
  --rounds N     default 5
  --quick        2 rounds of 2 steps
  --json         end with {"<layer>": steps over bare, …}
`;
const options = benchOptions(usage, {
  model: { type: 'string' },
  layer: { type: 'string', multiple: true, default: ['b0_dw', 'b6_dw', 'b13_dw', 'head'] },
  batch: { type: 'string', default: '8' },
  steps: { type: 'string', default: '6' },
  rounds: { type: 'string', default: '5' },
  quick: { type: 'boolean', default: false },
});
const steps = options.quick ? 2 : Number(options.steps);
const rounds = options.quick ? 2 : Number(options.rounds);
const count = Number(options.batch);

const scratch = scratchFolder();

let path = options.model && resolve(options.model);
if (path === undefined) {
  path = join(scratch, 'efficientnet-lite0.onnx');
  writeFileSync(path, efficientNetLite0());
}

/** Processor time is what other work on the machine does not change. */
async function taken(work) {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { clock: performance.now() - started, cpu: (user + system) / 1000 };
}

const ort = await import('onnxruntime-node');
const bare = await ort.InferenceSession.create(path, {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});
const { input } = await openModel(path);
const { height, width, channels } = input;
let state = 1;
const images = Float32Array.from({ length: count * height * width * channels }, () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 31 - 1;
});
const feed = { [bare.inputNames[0]]: new ort.Tensor('float32', images, [count, channels, height, width]) };
await bare.run(feed);

const result = {};
for (const layer of options.layer) {
  const network = await openAblation(path, layer);
  const { units } = network.layer;
  const batch = await network.begin(images, count);
  await batch.scores(new Uint8Array(units));
  /** @type {Record<string, { clock: number; cpu: number }[]>} */
  const found = { bare: [], before: [], step: [] };
  let ablated = 0;
  for (let round = 0; round < rounds; round++) {
    found.bare.push(
      await taken(async () => {
        for (let i = 0; i < steps; i++) await bare.run(feed);
      }),
    );
    found.before.push(await taken(() => network.begin(images, count)));
    found.step.push(
      await taken(async () => {
        for (let i = 0; i < steps; i++) {
          const off = new Uint8Array(units).fill(1, 0, (ablated = (ablated + 1) % units));
          await batch.scores(off);
        }
      }),
    );
  }
  batch.dispose();
  await network.dispose();
  const each = (what, kind, runs = steps) => median(found[what].map((one) => one[kind])) / runs / count;
  const ratio = (kind) => median(found.step.map((one, i) => one[kind] / found.bare[i][kind]));
  line(`${layer}: ${units} units; milliseconds of processor time an image, one thread, batches of ${count}`);
  line(`  bare forward pass   ${each('bare', 'cpu').toFixed(2).padStart(8)}`);
  line(`  before the layer    ${each('before', 'cpu', 1).toFixed(2).padStart(8)}   once a batch`);
  line(
    `  a step              ${each('step', 'cpu').toFixed(2).padStart(8)}   ${ratio('cpu').toFixed(3)} of a bare pass ` +
      `(${ratio('clock').toFixed(3)} by the clock)`,
  );
  result[layer] = Number(ratio('cpu').toFixed(4));
}
if (options.json) line(JSON.stringify(result));
