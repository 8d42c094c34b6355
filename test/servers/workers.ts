import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { BIN } from '../e2e/support/command-line.js';

const TEST_WORKER = fileURLToPath(new URL('test-worker.mjs', import.meta.url));

/** A worker process. */
export interface TestWorker {
  readonly process: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  /** As `kill -9`. */
  kill(): Promise<void>;
  /** SIGTERM; answers its exit code. */
  drain(): Promise<number | null>;
}

/** Starts `unitscope worker`. It is gone when the test is. */
export function unitscopeWorker(...args: string[]): Promise<TestWorker> {
  return workerOf(BIN, {}, ...args);
}

/** The same with variables of its own, or of another build of the command line. */
export function workerOf(bin: string, env: NodeJS.ProcessEnv, ...args: string[]): Promise<TestWorker> {
  return start([bin, 'worker', '--port', '0', '--threads', '1', ...args], env);
}

/** What a worker's health page answers. */
export async function healthOf(worker: TestWorker): Promise<{ status: number; text: string }> {
  const [, port] = /"worker runs".*"port":(\d+)/.exec(worker.log()) ?? [];
  const answer = await fetch(`http://127.0.0.1:${port ?? ''}/healthz`);
  return { status: answer.status, text: await answer.text() };
}

/** Starts a worker whose tasks are noted, and misbehave where `env` says so (task-entry.mjs). */
export function notingWorker(env: NodeJS.ProcessEnv): Promise<TestWorker> {
  return start([TEST_WORKER], env);
}

async function start(args: string[], env: NodeJS.ProcessEnv): Promise<TestWorker> {
  const child = spawn(process.execPath, args, {
    // Stores of the tests are folders of their own as well.
    env: { UNITSCOPE_STORES: `${pathToFileURL(tmpdir()).href} s3://`, ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = new Promise<void>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('"worker runs"')) resolve();
    });
  });
  const worker: TestWorker = {
    process: child,
    log: () => log,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    drain: async () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
  onTestFinished(() => worker.kill());
  await Promise.race([
    ready,
    ended.then((code) => Promise.reject(new Error(`the worker ended with ${code ?? 'a signal'}: ${log}`))),
  ]);
  return worker;
}
