import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** The packages of requirements.in and what they need, each by its SHA-256; its first lines say how it is made. */
const requirements = join(import.meta.dirname, 'requirements.txt');
const root = fileURLToPath(new URL('../..', import.meta.url));
const environment = join(root, '.cache', 'python');
/** Which requirements are installed there. */
const stamp = join(environment, 'requirements.sha256');
const interpreter =
  process.platform === 'win32'
    ? join(environment, 'Scripts', 'python.exe')
    : join(environment, 'bin', 'python');

let ready: Promise<void> | undefined;

/** Runs a script of python/, or one by its absolute path, with arguments; gives what it printed. Sets up .cache/python on the first call. */
export async function python(script: string, ...args: string[]): Promise<string> {
  ready ??= setUp();
  await ready;
  const path = resolve(import.meta.dirname, 'python', script);
  const { stdout } = await run(interpreter, [path, ...args], { maxBuffer: 2 ** 28 });
  return stdout;
}

/** One process at a time makes the environment; the others wait, and find it made. */
async function setUp(): Promise<void> {
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const isMade = async () => (await readFile(stamp, 'utf8').catch(() => '')) === wanted;
  await mkdir(join(root, '.cache'), { recursive: true });
  const lock = `${environment}.lock`;
  while (!(await isMade())) {
    try {
      await mkdir(lock);
    } catch {
      const began = await stat(lock).catch(() => null);
      // Whoever took it was killed.
      if (began !== null && Date.now() - began.mtimeMs > 600_000) await rmdir(lock).catch(() => undefined);
      await sleep(500);
      continue;
    }
    try {
      await install();
      await writeFile(stamp, wanted);
    } finally {
      await rmdir(lock);
    }
  }
}

async function install(): Promise<void> {
  try {
    await access(interpreter).catch(() => run('python3', ['-I', '-m', 'venv', environment]));
    const options = ['-m', 'pip', 'install', '--quiet', '--require-hashes', '--only-binary=:all:'];
    await run(interpreter, ['-I', ...options, '--requirement', requirements]);
  } catch (cause) {
    throw new Error(
      'the interop tests need python3 (3.10 or later) with venv, and pip that reaches a package index, ' +
        'to put the packages of test/interop/requirements.txt into .cache/python',
      { cause },
    );
  }
}
