import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

/** The command line as the build leaves it; UNITSCOPE_BIN names another, such as an installed one. */
export const BIN =
  process.env['UNITSCOPE_BIN'] ?? fileURLToPath(new URL('../../../apps/cli/dist/bin.js', import.meta.url));

/** V8 keeps here what it compiled, as for a user of the installed command line, but apart from a user's. */
const NODE_COMPILE_CACHE = join(tmpdir(), 'unitscope-tests-compiled');

/** Nobody answers here: a server at the usual address, a user's or another test's, changes no answer. */
const TEMPORAL_ADDRESS = '127.0.0.1:9';

export interface Run {
  /** null where a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with the process and what it has written to stderr so far, each time there is more. */
  readonly onProgress?: (child: ChildProcess, stderr: string) => void;
  /** A program that starts the command line: the words before `node bin.js`. */
  readonly through?: readonly string[];
}

/** Runs `unitscope` as its own process and waits for its end. */
export function unitscope(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const [program = process.execPath, ...words] = [...(options.through ?? []), process.execPath, BIN, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: options.cwd,
      env: { NODE_COMPILE_CACHE, TEMPORAL_ADDRESS, ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      options.onProgress?.(child, stderr);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs a command that must be done without a complaint; answers its stdout. */
export async function done(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const run = await unitscope(args, options);
  expect(run).toMatchObject({ code: 0 });
  return run.stdout;
}

/**
 * Runs a command that must be refused as bad input: exit 2, nothing on stdout, one message without a stack on stderr,
 * which it answers; no file more or less in `cwd`.
 */
export async function refused(
  args: readonly string[],
  options: RunOptions & { cwd: string },
): Promise<string> {
  const before = readdirSync(options.cwd, { recursive: true });
  const run = await unitscope(args, options);
  expect(run).toMatchObject({ code: 2, stdout: '' });
  expect(run.stderr).not.toMatch(/^\s+at .*:\d+/m);
  expect(run.stderr).toMatch(/^(unitscope|error): /);
  expect(run.stderr.match(/^(unitscope|error): /gm)).toHaveLength(1);
  expect(run.stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(readdirSync(options.cwd, { recursive: true })).toEqual(before);
  return run.stderr;
}

/** A folder of the test's own, gone when it is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-e2e-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
