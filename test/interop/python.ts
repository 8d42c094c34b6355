import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packages = [
  'pyarrow',
  'polars',
  'duckdb',
  'numpy',
  'pandas',
  'scipy',
  'matplotlib',
  'nbclient',
  'ipykernel',
  'onnx',
  'onnxruntime',
  'pillow',
];
/** What they are imported as, where that differs. */
const modules: Readonly<Record<string, string>> = { pillow: 'PIL' };
const root = fileURLToPath(new URL('../..', import.meta.url));
const environment = join(root, '.cache', 'python');
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

async function setUp(): Promise<void> {
  if (await works()) return;
  await mkdir(join(root, '.cache'), { recursive: true });
  try {
    await access(interpreter).catch(() => run('python3', ['-m', 'venv', environment]));
    await run(interpreter, ['-m', 'pip', 'install', '--quiet', ...packages]);
  } catch (cause) {
    throw new Error(
      'the interop tests need python3 with venv, and pip that reaches a package index, ' +
        `to put ${packages.join(', ')} into .cache/python`,
      { cause },
    );
  }
}

async function works(): Promise<boolean> {
  return run(interpreter, ['-c', `import ${packages.map((name) => modules[name] ?? name).join(', ')}`]).then(
    () => true,
    () => false,
  );
}
