// npm run fuzz -- [--minutes N] [--target NAME] [--seed N] [--at-once N]: feeds each reader of a format with mutated inputs,
// one minute each by default. What a reader does wrong is kept in test/fuzz/corpus/TARGET, and fed first the next time.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { targets } from './targets.mjs';

const HANGS_AFTER_MS = 20_000;
const MOST_BYTES = 1 << 20;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'at-once': { type: 'string', default: String(availableParallelism()) },
  },
});
const [minutes, seed, lanes] = [values.minutes, values.seed, values['at-once']].map(Number);
const wanted = values.target ?? Object.keys(targets);
for (const target of wanted)
  if (!Object.hasOwn(targets, target))
    throw new Error(`--target: expected ${Object.keys(targets).join(', ')}, found ${target}`);
if (!(minutes > 0) || !Number.isSafeInteger(seed) || !(lanes >= 1))
  throw new Error('--minutes: expected a number above 0; --seed: a whole number; --at-once: 1 or more');

let findings = 0;
const waiting = [...wanted];
async function lane() {
  for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
    const { runs, found } = await fuzz(target);
    console.log(`${target}: ${runs} inputs, ${found} findings (--seed ${seed})`);
    findings += found;
  }
}
await Promise.all(Array.from({ length: lanes }, lane));
process.exit(findings === 0 ? 0 : 1);

function fuzz(target) {
  const folder = new URL(`corpus/${target}/`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length === 0) throw new Error(`no corpus for ${target}: node test/fuzz/seeds.mjs`);
  const shared = new SharedArrayBuffer(8 + MOST_BYTES);
  const state = new Int32Array(shared, 0, 2);
  const milliseconds = minutes * 60_000;
  const worker = new Worker(new URL('fuzz-thread.mjs', import.meta.url), {
    workerData: { target, seed, milliseconds, folder: folder.href, shared },
  });
  const seen = new Set();
  const keep = (bytes, reason) => {
    // One finding a place in the code.
    const place = reason.split('\n').slice(0, 2).join(' ').replaceAll(/\d+/g, '#');
    if (seen.has(place)) return;
    seen.add(place);
    const name = `found-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
    writeFileSync(new URL(name, folder), bytes);
    console.error(`${target}: ${new URL(name, folder).pathname}\n${reason}\n`);
  };
  return new Promise((resolve) => {
    let [last, since] = [-1, Date.now()];
    const watch = setInterval(() => {
      const at = Atomics.load(state, 0);
      if (at !== last) [last, since] = [at, Date.now()];
      else if (at > 0 && Date.now() - since > HANGS_AFTER_MS) {
        keep(Buffer.from(new Uint8Array(shared, 8, state[1])), `no answer in ${HANGS_AFTER_MS / 1000} s`);
        end(at);
      }
    }, 1000);
    const end = (runs) => {
      clearInterval(watch);
      void worker.terminate();
      resolve({ runs, found: seen.size });
    };
    worker.on('message', ({ found, reason, runs }) => (found ? keep(Buffer.from(found), reason) : end(runs)));
    worker.on('error', (error) => {
      keep(Buffer.from(new Uint8Array(shared, 8, state[1])), `the thread ended: ${error.stack}`);
      end(state[0]);
    });
  });
}
