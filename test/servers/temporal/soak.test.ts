import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openStore } from '@unitscope/store';
import { BIN } from '../../e2e/support/command-line.js';
import { activationSweep, localResults } from '../activation-sweep.js';
import { freshAddress, useS3Server } from '../s3-server.js';
import { resultsIn } from '../sweep-results.js';
import { sweepClient, useTemporalServer } from '../temporal.js';
import { notingWorker, type TestWorker } from '../workers.js';

/** Seconds of faults; UNITSCOPE_SOAK_SEED gives those of another run again. */
const SECONDS = Number(process.env['UNITSCOPE_SOAK_SECONDS'] ?? '40');
const SEED = Number(process.env['UNITSCOPE_SOAK_SEED'] ?? '1');
const WORKERS = 2;
const AWAY_MS = 2000;
/** A sweep makes no object more often than that: temporal-lost.test.ts has what comes then. */
const MOST_REMAKES = 3;

const s3 = useS3Server();
const temporal = useTemporalServer();

it(
  `ends complete, with the bytes of the in-process engine, after ${SECONDS} s of killed workers, servers and clients, and objects that go away`,
  async () => {
    const random = numbers(SEED);
    const faults = { worker: 0, 'all workers': 0, s3: 0, temporal: 0, client: 0, object: 0 };
    const kinds = Object.keys(faults) as (keyof typeof faults)[];
    const end = performance.now() + SECONDS * 1000;
    let sweeps = 0;
    do {
      const sweep = await activationSweep({ categories: ['0', '1', '2', '3', '4', '5'] });
      const env = { TASK_LOG: join(sweep.folder, 'tasks.log'), TASK_DELAY_MS: '1000' };
      const workers: TestWorker[] = [];
      const crew = async (): Promise<void> => {
        while (workers.length < WORKERS) workers.push(await notingWorker(env));
      };
      await crew();
      const client = await sweepClient();
      const address = freshAddress(s3());
      const pace = { heartbeatSeconds: 3, batchTasks: 2, batchSeconds: 1 };
      const { run } = await client.launch(sweep.manifest, address, { spec: sweep.text, pace });
      const result = run.result();
      let deleted = 0;
      const over = new AbortController();
      void result.catch(() => undefined).then(() => over.abort());

      const strike: Record<keyof typeof faults, () => Promise<void>> = {
        worker: async () => workers.splice(Math.floor(random() * workers.length), 1)[0]?.kill(),
        'all workers': async () => {
          await Promise.all(workers.splice(0).map((worker) => worker.kill()));
        },
        s3: async () => {
          await s3().kill();
          await sleep(AWAY_MS * random());
          await s3().restart();
        },
        temporal: async () => {
          await temporal().kill();
          await sleep(AWAY_MS * random());
          await temporal().restart();
        },
        // Another client attaches to the sweep and is killed.
        client: async () => {
          const args = ['sweep', sweep.spec, '--engine', 'temporal', '--store', address];
          const child = spawn(process.execPath, [BIN, ...args], { cwd: sweep.folder, stdio: 'ignore' });
          const ended = new Promise((resolve) => child.once('exit', resolve));
          await sleep(AWAY_MS);
          child.kill('SIGKILL');
          await ended;
        },
        // As a lifecycle rule of the bucket, or a hand.
        object: async () => {
          const store = await openStore(address);
          const keys: string[] = [];
          for await (const { key } of store.list('units/')) keys.push(key);
          const key = keys[Math.floor(random() * keys.length)];
          if (key !== undefined) await store.delete(key);
        },
      };
      while (!over.signal.aborted && performance.now() < end) {
        await sleep(1000 + 3000 * random());
        const kind = kinds[Math.floor(random() * kinds.length)] ?? 'worker';
        if (kind === 'object' && ++deleted > MOST_REMAKES) continue;
        await strike[kind]();
        faults[kind]++;
        await crew();
      }
      expect(await result).toMatchObject({ cells: { done: sweep.tasks, failed: 0 }, failedTasks: 0 });
      expect(await resultsIn(address, 'tiny')).toEqual(await localResults(sweep));
      for (const worker of workers) await worker.drain();
      sweeps++;
    } while (performance.now() < end);
    process.stdout.write(`soak, seed ${SEED}: ${sweeps} sweeps, faults ${JSON.stringify(faults)}\n`);
    expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(2);
  },
  SECONDS * 1000 + 600_000,
);

/** Numbers from 0 to 1 that a seed decides. */
function numbers(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
