// `npm run test:python`: the Python package installed from this clone into an environment of its own, its style, types and
// tests; then its wheel, installed alone. `npm run test:torch`: the tests with torch, Keras and the trainers, in an environment
// of 6 GB that it makes, or in one that is there (`-- --python PATH`). CI does not run it; docs/python.md says when it was run.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const cache = join(root, '.cache', 'python-package');
// What the notebook needs beside the package, and polars, which takes its tables.
const NOTEBOOK = ['nbclient', 'ipykernel', 'pandas', 'matplotlib', 'polars'];
// Its backends of jax and of numpy both need jax: 85 MB, where TensorFlow and torch are a multiple of that.
const KERAS = ['keras', 'jax'];
const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
const { values } = parseArgs({
  options: { python: { type: 'string' }, only: { type: 'string' }, torch: { type: 'boolean' } },
});

if (values.python !== undefined) test(values.python);
else if (values.torch) withTorch();
else whole();

function withTorch() {
  const python = environment('torch');
  const packages = [
    ...['torch', 'onnx', 'onnxscript', ...KERAS, 'lightning', 'transformers', 'accelerate'],
    ...['tensorboard', 'wandb', 'mlflow-skinny'],
  ];
  run(python, [...install, '--editable', here, 'pytest', ...packages]);
  test(python);
}

function whole() {
  const python = environment('clone');
  // pip of Python 3.10 and 3.11 knows no dependency groups: they are those of pyproject.toml.
  const tools = ['build', 'hatchling', 'mypy', 'pytest', 'ruff', ...NOTEBOOK, ...KERAS];
  run(python, [...install, '--editable', here, ...tools]);
  run(python, ['-m', 'ruff', 'check', '.']);
  run(python, ['-m', 'ruff', 'format', '--check', 'src', 'test', 'hatch_build.py']);
  run(python, ['-m', 'mypy']);
  // Of Keras's backends the one that starts fastest; `npm run test:torch` has jax.
  test(python, { ...process.env, KERAS_BACKEND: 'numpy' });

  const dist = join(cache, 'dist');
  rmSync(dist, { recursive: true, force: true });
  run(python, ['-m', 'build', '--outdir', dist, here]);
  const wheel = readdirSync(dist).find((name) => name.endsWith('-none-any.whl')) ?? 'no wheel';
  const alone = environment('wheel');
  run(alone, [...install, '--force-reinstall', '--no-deps', join(dist, wheel)]);
  run(alone, [...install, join(dist, wheel)]);
  run(alone, ['-I', join(here, 'test', 'installed_wheel.py'), root]);
}

function environment(name) {
  const folder = join(cache, name);
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  mkdirSync(cache, { recursive: true });
  if (!existsSync(python)) run('python3', ['-m', 'venv', folder]);
  return python;
}

function test(python, env = process.env) {
  const chosen = values.only === undefined ? [] : ['-k', values.only];
  run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', ...chosen], env);
}

function run(program, args, env = process.env) {
  try {
    execFileSync(program, args, { cwd: here, stdio: 'inherit', env });
  } catch (error) {
    process.stderr.write(`${program} ${args.join(' ')}: ended with ${error.status ?? error.message}\n`);
    process.exit(1);
  }
}
