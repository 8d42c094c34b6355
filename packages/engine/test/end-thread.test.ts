import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { nativeMemory } from '@unitscope/tasks';
import { endThread } from '../src/end-thread.js';
import { ThreadPool } from '../src/thread-pool.js';
import { Worker } from 'node:worker_threads';

const entry = new URL('./fixture-thread.mjs', import.meta.url);

function startInside(index: number): { worker: Worker; native: SharedArrayBuffer; inside: Promise<void> } {
  const [native, isInside] = [nativeMemory(), new SharedArrayBuffer(4)];
  const worker = new Worker(entry, { workerData: { native } });
  worker.postMessage({ task: { index }, data: { isInside } });
  return { worker, native, inside: untilSet(isInside) };
}

async function untilSet(word: SharedArrayBuffer): Promise<void> {
  while (Atomics.load(new Int32Array(word), 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

it('ends a thread only once it has left the native library', async () => {
  const { worker, native, inside } = startInside(4.5);
  await inside;
  let ended = false;
  const end = endThread(worker, native).then(() => (ended = true));
  for (let look = 0; look < 10; look++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(ended).toBe(false);
  Atomics.store(new Int32Array(native), 0, 0); // as the thread does when the call returns
  await end;
  expect(worker.threadId).toBe(-1);
});

it('closes a pool although a native call does not return, and answers its cancelled task at once', async () => {
  const pool = new ThreadPool({ entry, patienceMs: 50 });
  const isInside = new SharedArrayBuffer(4);
  const stop = new AbortController();
  const data = { manifest: '', store: '', isInside };
  const running = pool.run(data, { kind: 'cells', checkpoint: 0, index: 4.5 }, stop.signal);
  await untilSet(isInside);
  stop.abort();
  expect(await running).toMatchObject({ failure: { code: 'TASK_CANCELLED' } });
  await pool.close();
});

it.skipIf(process.platform === 'win32')(
  'ends a process by SIGTERM although a call of a thread into the system never returns',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'unitscope-pipe-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const script = fileURLToPath(new URL('./fixture-stuck.mjs', import.meta.url));
    const child = spawn(process.execPath, [script, pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  },
);
