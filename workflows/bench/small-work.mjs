// `node workflows/bench/small-work.mjs [CHECKPOINTS]`: a sweep of many checkpoints of one task each (2,000), on a local Temporal server,
// a folder as store and one worker; with `--bin PATH` also by another build, e.g. of the release before: both in one run.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ActivationsWriter, MemorySink } from '@unitscope/tables';
import { fetchTemporalCli, findTemporalCli, startTemporalServer } from '../../infra/temporal-server.mjs';

const UNITS = 4;
const IMAGES = 8;
const SIZE = 8;

const own = fileURLToPath(new URL('../../apps/cli/dist/bin.js', import.meta.url));
const at = process.argv.indexOf('--bin');
const other = at < 0 ? null : process.argv[at + 1];
const count = Number(process.argv.slice(2).find((text) => /^\d+$/.test(text)) ?? 2000);
const folder = await mkdtemp(join(tmpdir(), 'unitscope-small-'));
if (findTemporalCli() === undefined) await fetchTemporalCli();
try {
  await writeSweep();
  const seconds = [];
  for (const [name, bin] of [['this build', own], ...(other === null ? [] : [['the other build', other]])]) {
    seconds.push(await sweepBy(bin, seconds.length));
    console.log(`${name}: ${count} checkpoints of one task in ${seconds.at(-1).toFixed(0)} s`);
  }
  if (seconds.length === 2) console.log(`ratio: ${(seconds[1] / seconds[0]).toFixed(2)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function sweepBy(bin, run) {
  const temporal = await startTemporalServer({ database: join(folder, `temporal-${run}.db`) });
  const env = { ...process.env, TEMPORAL_ADDRESS: temporal.address };
  const store = pathToFileURL(join(folder, `store-${run}`)).href;
  const worker = spawn(
    process.execPath,
    [bin, 'worker', '--port', '0', '--threads', '2', '--grace', '1', '--store', pathToFileURL(folder).href],
    {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  try {
    await /** @type {Promise<void>} */ (
      new Promise((resolve, reject) => {
        worker.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
        worker.stderr.on('data', (chunk) => String(chunk).includes('"worker runs"') && resolve());
      })
    );
    const started = performance.now();
    const args = [
      bin,
      'sweep',
      join(folder, 'sweep.yaml'),
      '--engine',
      'temporal',
      '--store',
      store,
      '--json',
    ];
    const child = spawn(process.execPath, args, { env, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    if (code !== 0) throw new Error(`the sweep ended with ${code}`);
    const seconds = (performance.now() - started) / 1000;
    console.log(`the worker's processor time: ${await processorSeconds(worker.pid)} s`);
    return seconds;
  } finally {
    worker.kill('SIGKILL');
    await temporal.stop();
  }
}

/** Of a process, start included; it depends less on what else the machine does. */
async function processorSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return '?';
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return ((user + system) / 100).toFixed(1);
}

async function writeSweep() {
  await mkdir(join(folder, 'maps'));
  const images = Array.from({ length: IMAGES }, (_, i) => `image-${i}`);
  const units = Uint32Array.from({ length: UNITS }, (_, unit) => unit);
  for (let i = 0; i < count; i++) {
    const sink = new MemorySink();
    const label = {
      checkpoint: `step-${String(i).padStart(5, '0')}`,
      layer: 'conv1',
      layerIndex: 0,
      category: '0',
    };
    const writer = await ActivationsWriter.begin(sink, { size: SIZE, images, ...label });
    let state = i + 1;
    for (let image = 0; image < IMAGES; image++) {
      const values = Float32Array.from({ length: UNITS * SIZE * SIZE }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state / 2 ** 32;
      });
      await writer.write(units, new Uint32Array(UNITS).fill(image), values);
    }
    await writer.close();
    await writeFile(join(folder, 'maps', `${label.checkpoint}.arrow`), sink.bytes());
  }
  await writeFile(
    join(folder, 'sweep.yaml'),
    'name: small\nsource: { activations: ["maps/*.arrow"] }\nstatistics: { bootstrap: 0 }\n',
  );
}
