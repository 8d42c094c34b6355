// Images a second through a network: the bare forward pass beside the pass that is measured. npm run bench:fused
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { efficientNetLite0, vgg16 } from './networks.mjs';

const usage = `npm run bench:fused -- [--model PATH] [--threads N] [--batch N] [--seconds S] [--quick] [--json]

Images a second at 224², every map of every convolution fetched: a bare forward pass, which does nothing with them, and
the sweep's own with activations: discard. In turns; the ratio is the median over the rounds.

  --model PATH   the EfficientNet-Lite0 to take; default: one of its shape with random weights
  --threads N    threads, each with its own session; default: one a core
  --batch N      images a pass; default: as a sweep chooses it
  --seconds S    of each round; default 4
  --rounds N     rounds of each; default 5
  --quick        2 rounds of a second and a half
  --json         end with {"efficientnet_lite0":…,"vgg16_shaped":…}, fused over bare
`;
const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    batch: { type: 'string' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const rounds = options.quick ? 2 : Number(options.rounds);
const seconds = options.quick ? 1.5 : Number(options.seconds);

/** As resolve chooses it: the maps of a pass take at most 32 MiB. */
const BATCH_BYTES = 32 * 2 ** 20;

const scratch = mkdtempSync(join(tmpdir(), 'unitscope-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const line = (text) => process.stdout.write(`${text}\n`);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const answer = (thread) =>
  new Promise((done, failed) => {
    thread.once('message', done);
    thread.once('error', failed);
  });

async function startThreads(path, batch) {
  const threads = Array.from(
    { length: Number(options.threads) },
    (_, i) =>
      new Worker(new URL('fused-thread.mjs', import.meta.url), { workerData: { path, batch, seed: i + 1 } }),
  );
  const [network] = await Promise.all(threads.map(answer));
  return { threads, network };
}

/** One round on all threads at once: images a second, and milliseconds of processor time an image. */
async function round(threads, mode) {
  const before = process.cpuUsage();
  const started = performance.now();
  const answers = threads.map(answer);
  for (const thread of threads) thread.postMessage({ mode, milliseconds: seconds * 1000 });
  const rate = (await Promise.all(answers)).reduce((sum, { imagesASecond }) => sum + imagesASecond, 0);
  const { user, system } = process.cpuUsage(before);
  return { rate, cpu: (user + system) / 1000 / (rate * ((performance.now() - started) / 1000)) };
}

async function compare(name, path) {
  let batch = Number(options.batch ?? 1);
  let { threads, network } = await startThreads(path, batch);
  const fitting = Math.max(1, Math.min(50, Math.floor(BATCH_BYTES / (4 * network.floats))));
  if (options.batch === undefined && fitting !== batch) {
    await Promise.all(threads.map((thread) => thread.terminate()));
    batch = fitting;
    ({ threads, network } = await startThreads(path, batch));
  }
  const taken = { bare: [], fused: [] };
  for (let i = 0; i < rounds; i++) {
    for (const mode of i % 2 === 0 ? ['bare', 'fused'] : ['fused', 'bare'])
      taken[mode].push(await round(threads, mode));
  }
  await Promise.all(threads.map((thread) => thread.terminate()));
  const ratio = median(taken.fused.map(({ rate }, i) => rate / taken.bare[i].rate));
  const of = (mode, key) => median(taken[mode].map((one) => one[key]));
  line(
    `${name}: ${network.layers} layers, ${network.maps.toLocaleString('en')} maps, ` +
      `${(network.floats / 1e6).toFixed(1)} M floats an image; ${threads.length} threads, batches of ${batch}`,
  );
  for (const mode of ['bare', 'fused']) {
    line(
      `  ${mode.padEnd(6)}${of(mode, 'rate').toFixed(1).padStart(8)} images/s${of(mode, 'cpu').toFixed(1).padStart(9)} ms of processor an image`,
    );
  }
  line(
    `  fused over bare: ${ratio.toFixed(3)} (rounds ${taken.fused.map(({ rate }, i) => (rate / taken.bare[i].rate).toFixed(2)).join(', ')}); ` +
      `by processor time ${(of('bare', 'cpu') / of('fused', 'cpu')).toFixed(3)}`,
  );
  line(
    `  largest resident memory of the process so far: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
  );
  return Number(ratio.toFixed(4));
}

function generated(name, bytes) {
  const path = join(scratch, name);
  writeFileSync(path, bytes);
  return path;
}

const efficientNet =
  options.model === undefined
    ? generated('efficientnet-lite0.onnx', efficientNetLite0())
    : resolve(options.model);
const result = {
  efficientnet_lite0: await compare('EfficientNet-Lite0', efficientNet),
  vgg16_shaped: await compare('VGG-16-shaped', generated('vgg16.onnx', vgg16())),
};
if (options.json) line(JSON.stringify(result));
