// What a measured pass costs beside plain inference and beside a pass that fetches every map. npm run bench:fused
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { efficientNetLite0, vgg16 } from './networks.mjs';
import { benchOptions, line, median, scratchFolder } from './bench.mjs';

const usage = `npm run bench:fused -- [--model PATH] [--threads N] [--batch N] [--seconds S] [--quick] [--json]

Processor time an image at 224², in turns in one run: plain inference (only the network's own outputs are fetched), a bare
forward pass (every map of every convolution is fetched, and nothing done with them), and the sweep's own pass with activations:
discard. The ratios are rates, medians over the rounds: plain ÷ fused time, so that 1 is the limit; and bare ÷ fused time.

  --model PATH   the EfficientNet-Lite0 to take; default: one of its shape with random weights
  --threads N    threads, each with its own session; default: one a core
  --batch N      images a pass; default: as a sweep chooses it
  --seconds S    of each round; default 4
  --rounds N     rounds of each; default 5
  --quick        3 rounds of a second and a half
  --json         end with {"efficientnet_lite0":{"fused_over_plain":…,"fused_over_bare":…},"vgg16":{…}}
`;
const options = benchOptions(usage, {
  model: { type: 'string' },
  threads: { type: 'string', default: String(availableParallelism()) },
  batch: { type: 'string' },
  seconds: { type: 'string', default: '4' },
  rounds: { type: 'string', default: '5' },
  quick: { type: 'boolean', default: false },
});
const rounds = options.quick ? 3 : Number(options.rounds);
const seconds = options.quick ? 1.5 : Number(options.seconds);

/** As resolve chooses it: the maps of a pass take at most 32 MiB. */
const BATCH_BYTES = 32 * 2 ** 20;

const scratch = scratchFolder();

const answer = (thread) =>
  new Promise((done, failed) => {
    const onMessage = (value) => {
      thread.off('error', onError);
      done(value);
    };
    const onError = (error) => {
      thread.off('message', onMessage);
      failed(error);
    };
    thread.once('message', onMessage).once('error', onError);
  });

const MODES = ['plain', 'bare', 'fused'];

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
  const answers = threads.map(answer);
  for (const thread of threads) thread.postMessage({ mode, milliseconds: seconds * 1000 });
  const done = await Promise.all(answers);
  const { user, system } = process.cpuUsage(before);
  const sum = (key) => done.reduce((total, one) => total + one[key], 0);
  return { rate: sum('imagesASecond'), cpu: (user + system) / 1000 / sum('images') };
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
  const taken = { plain: [], bare: [], fused: [] };
  for (let i = 0; i < rounds; i++) {
    for (const place of MODES.keys()) {
      const mode = MODES[(place + i) % MODES.length];
      taken[mode].push(await round(threads, mode));
    }
  }
  await Promise.all(threads.map((thread) => thread.terminate()));
  const ratios = (mode) => taken.fused.map(({ cpu }, i) => taken[mode][i].cpu / cpu);
  const of = (mode, key) => median(taken[mode].map((one) => one[key]));
  line(
    `${name}: ${network.layers} layers, ${network.maps.toLocaleString('en')} maps, ` +
      `${(network.floats / 1e6).toFixed(1)} M floats an image; ${threads.length} threads, batches of ${batch}`,
  );
  for (const mode of MODES) {
    line(
      `  ${mode.padEnd(6)}${of(mode, 'rate').toFixed(1).padStart(8)} images/s${of(mode, 'cpu').toFixed(1).padStart(9)} ms of processor an image`,
    );
  }
  for (const mode of ['plain', 'bare']) {
    const rounds = ratios(mode).map((ratio) => ratio.toFixed(2));
    line(
      `  fused over ${mode}, by processor time: ${median(ratios(mode)).toFixed(3)} (rounds ${rounds.join(', ')}); ` +
        `by the clock ${(of('fused', 'rate') / of(mode, 'rate')).toFixed(3)}`,
    );
  }
  line(
    `  largest resident memory of the process so far: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
  );
  return {
    fused_over_plain: Number(median(ratios('plain')).toFixed(4)),
    fused_over_bare: Number(median(ratios('bare')).toFixed(4)),
  };
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
  vgg16: await compare('VGG-16-shaped', generated('vgg16.onnx', vgg16())),
};
if (options.json) line(JSON.stringify(result));
