// A thousand checkpoints of one graph in files of weights, and what opening one costs: npm run bench:zoo
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSpec } from '@unitscope/plan';
import { CheckpointFolder, resolveSweep } from '@unitscope/tasks';
import { ModelCache } from '../../packages/tasks/dist/run/model-cache.js';
import { resnet18Size, smallNetworkParts } from './networks.mjs';
import { onnxBytes } from './onnx-bytes.mjs';
import { safetensorsBytes } from './safetensors-bytes.mjs';
import { benchOptions, line, median, scratchFolder } from './bench.mjs';

const help = `npm run bench:zoo -- [--quick] [--json] [--only opening|sweep]

Opening: a network of ResNet-18's size as a full ONNX file, and as .safetensors of a graph, as a task opens them (digest, session,
first run on images of 32×32, so that it hides nothing), in turn; the medians and their ratio, by processor time.
Sweep: 1,000 checkpoints of a small CNN (4 convolutions of 16 units, 14×14 maps) in .safetensors files of one graph over 2 digits × 10
images, by the command line, in process: seconds a checkpoint by the clock and of processor, resident memory over time, the time of the same command when all is
done, of \`trend\` and of the page's first answer.

  --quick        50 checkpoints; fewer openings
  --only PART    opening or sweep
  --json         end with {"opening_over_full":…,"seconds_a_checkpoint":…,"resident_mib":[…],"resident_last_over_first":…,"resumed_seconds":…,…}
`;
const options = benchOptions(
  help,
  {
    quick: { type: 'boolean', default: false },
  },
  ['opening', 'sweep'],
);

const BIN = process.env.UNITSCOPE_BIN ?? join(import.meta.dirname, '../../apps/cli/dist/bin.js');
const scratch = scratchFolder();
const seconds = (since) => (performance.now() - since) / 1000;

/** Opens the same weights as a task does, from a full ONNX file and from a file of weights, in turn. */
async function opening() {
  const folder = join(scratch, 'opening');
  mkdirSync(folder);
  const spec = (checkpoints) =>
    parseSpec(
      JSON.stringify({
        name: 'opening',
        source: {
          models: {
            network: 'graph.onnx',
            checkpoints,
            images: { from: 'mnist', perCategory: 1, categories: ['1'] },
          },
        },
      }),
      'sweep.yaml',
    );
  const names = ['full.onnx', 'step.safetensors'];
  const parts = resnet18Size(2, 32);
  writeFileSync(join(folder, 'graph.onnx'), onnxBytes(resnet18Size(1, 32)));
  writeFileSync(join(folder, names[0]), onnxBytes(parts));
  writeFileSync(join(folder, names[1]), safetensorsBytes(parts.weights));
  const manifest = await resolveSweep(spec(names), folder);
  /** @type {number[][]} */
  const times = names.map(() => []);
  for (let round = 0; round < (options.quick ? 3 : 15); round++) {
    for (const index of names.keys()) {
      const cache = new ModelCache(manifest, new CheckpointFolder(null), 'local');
      const before = process.cpuUsage();
      await cache.model(index);
      const { user, system } = process.cpuUsage(before);
      if (round > 0) times[index].push((user + system) / 1000);
      await cache.close();
    }
  }
  const [full, weights] = times.map(median);
  line(`  full ONNX ${full.toFixed(0)} ms of processor, weights of a graph ${weights.toFixed(0)} ms`);
  rmSync(folder, { recursive: true });
  return { opening_over_full: Number((weights / full).toFixed(3)) };
}

/** Runs the command line in a folder: the seconds that it took, of its processors too, and what it held at each tenth of that time. */
async function command(folder, args) {
  const started = performance.now();
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const resident = [];
  let processor = 0;
  const watch = setInterval(() => {
    const found = usage(child.pid);
    if (found === null) return;
    resident.push(found.resident);
    processor = found.processor;
  }, 100);
  const [code] = await once(child, 'close');
  clearInterval(watch);
  if (code !== 0) throw new Error(`unitscope ${args.join(' ')}: exit ${code}`);
  const tenths = Array.from(
    { length: 10 },
    (_, i) => resident[Math.floor(((i + 1) * resident.length) / 10) - 1],
  );
  return { seconds: seconds(started), processor, resident: tenths.filter((one) => one !== undefined) };
}

/** Of a process with all its threads, as Linux tells it: MiB that it holds, and seconds of processor (in hundredths). */
function usage(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    const kibibytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    if (kibibytes === undefined) return null;
    return {
      resident: Math.round(Number(kibibytes) / 1024),
      processor: (Number(fields[11]) + Number(fields[12])) / 100,
    };
  } catch {
    return null;
  }
}

/** How long the page takes to answer with the sweep. */
async function pageOpened(folder) {
  const started = performance.now();
  const args = [BIN, 'dashboard', '--port', '0'];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let said = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      said += text;
      const address = /http:\/\/\S+/.exec(said)?.[0];
      if (address === undefined) continue;
      const found = await fetch(new URL('/api/sweeps/zoo/trend', address));
      await found.arrayBuffer();
      if (!found.ok) throw new Error(`the page answers ${found.status}`);
      return seconds(started);
    }
    throw new Error('the page said no address');
  } finally {
    child.kill();
    await once(child, 'close');
  }
}

/** The sweep of many files of weights. */
async function zoo() {
  const folder = join(scratch, 'zoo');
  const count = options.quick ? 50 : 1000;
  mkdirSync(join(folder, 'runs'), { recursive: true });
  const partsOf = (seed) => smallNetworkParts(4, 16, { size: 28, stride: 2, channels: 1, seed });
  writeFileSync(join(folder, 'graph.onnx'), onnxBytes(partsOf(0)));
  for (let step = 1; step <= count; step++)
    writeFileSync(join(folder, 'runs', `step-${step}.safetensors`), safetensorsBytes(partsOf(step).weights));
  const models = {
    network: 'graph.onnx',
    checkpoints: [{ path: 'runs/*.safetensors', pattern: String.raw`step-(?<step>\d+)` }],
    images: { from: 'mnist', perCategory: 10, categories: ['0', '1'] },
  };
  const spec = { name: 'zoo', source: { models }, statistics: { bootstrap: 0 } };
  writeFileSync(join(folder, 'sweep.yaml'), JSON.stringify(spec));
  const swept = await command(folder, ['sweep', 'sweep.yaml']);
  const each = swept.seconds / count;
  line(
    `  ${count} checkpoints × 4 layers × 2 categories in ${swept.seconds.toFixed(1)} s, ${each.toFixed(3)} s a checkpoint, ${(swept.processor / count).toFixed(3)} s of processor`,
  );
  line(`  resident memory at each tenth: ${swept.resident.join(' ')} MiB`);
  const again = await command(folder, ['sweep', 'sweep.yaml']);
  line(
    `  the same command when all is done: ${again.seconds.toFixed(1)} s, ${again.processor.toFixed(1)} s of processor`,
  );
  const trend = await command(folder, ['trend', 'zoo']);
  line(`  trend: ${trend.seconds.toFixed(1)} s`);
  const page = await pageOpened(folder);
  line(`  the page, from its start to the answer: ${page.toFixed(1)} s`);
  rmSync(folder, { recursive: true });
  return {
    seconds_a_checkpoint: Number(each.toFixed(4)),
    processor_seconds_a_checkpoint: Number((swept.processor / count).toFixed(4)),
    resident_mib: swept.resident,
    resident_last_over_first: Number(((swept.resident.at(-2) ?? 0) / (swept.resident[4] ?? 1)).toFixed(3)),
    resumed_seconds: Number(again.seconds.toFixed(2)),
    resumed_processor_seconds: Number(again.processor.toFixed(2)),
    trend_seconds: Number(trend.seconds.toFixed(2)),
    page_seconds: Number(page.toFixed(2)),
  };
}

const result = {};
if (options.only !== 'sweep') Object.assign(result, await opening());
if (options.only !== 'opening') Object.assign(result, await zoo());
if (options.json) line(JSON.stringify(result));
