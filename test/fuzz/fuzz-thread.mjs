// Feeds one target; a thread of its own, so that one that never answers can be ended and its input be kept.
import { readdirSync, readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { mutated } from './mutate.mjs';
import { targets } from './targets.mjs';

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const { target, seed, milliseconds, shared } = workerData;
const folder = new URL(workerData.folder);
const [state, input] = [new Int32Array(shared, 0, 2), new Uint8Array(shared, 8)];
const corpus = readdirSync(folder).map((name) => readFileSync(new URL(name, folder)));
const read = targets[target];
const MOST = 1 << 20;

const until = Date.now() + milliseconds;
let runs = 0;
async function feed(bytes) {
  input.set(bytes.subarray(0, input.length));
  Atomics.store(state, 1, bytes.length);
  Atomics.add(state, 0, 1);
  runs++;
  try {
    await read(Uint8Array.from(bytes));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (typeof code === 'string' && !/^ERR_|^E[A-Z]+$/.test(code)) return;
    port.postMessage({ found: Buffer.from(bytes), reason: error?.stack ?? String(error) });
  }
}

for (const bytes of corpus) await feed(bytes);
for (let round = 0; Date.now() < until; round++) {
  for (const bytes of fc.sample(mutated(corpus), { seed: seed + round, numRuns: 200 })) {
    if (Date.now() >= until) break;
    if (bytes.length <= MOST) await feed(bytes);
  }
}
port.postMessage({ runs });
