// `npm run setup`: installs and builds a clone with Node alone. Idempotent; seconds when nothing changed.
// An optional part that is not to be had (tfjs-node, Python) is named, with what still works; it never fails the setup.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from './supervised-process.mjs';

const root = join(import.meta.dirname, '..');
const quiet = process.argv.includes('--quiet');
const say = (text) => quiet || process.stderr.write(`${text}\n`);

checkNode();
install();
build();
if (!quiet) reportOptionalParts();

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return;
  fail(
    `unitscope needs Node 22.12 or later, found ${process.versions.node}: install a newer one (https://nodejs.org/en/download)`,
  );
}

function install() {
  const stamp = join(root, 'node_modules', '.unitscope-install');
  const lock = readFileSync(join(root, 'package-lock.json'));
  // Native parts are built on Node-API: what one Node installs, the others load.
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').startsWith(wanted)) return;
  say('setup: installing the packages of package-lock.json …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}

function build() {
  say('setup: building …');
  const nx = join(root, 'node_modules', '.bin', 'nx');
  run(process.execPath, [nx, 'run-many', '-t', 'build', '--output-style=static'], { hidden: true });
}

function reportOptionalParts() {
  // Loading it would start TensorFlow; that its binding is there says enough.
  const binding = join(
    root,
    'node_modules',
    '@tensorflow',
    'tfjs-node',
    'lib',
    'napi-v8',
    'tfjs_binding.node',
  );
  if (!existsSync(binding)) {
    say(
      'setup: tfjs-node is not built: models of TensorFlow.js run on its WebAssembly backend, some five times slower.',
    );
    say('       `npm run setup:tfjs-node` builds it (needs Python with pip, and a C++ compiler).');
  }
  if (onPath('python3') === undefined) {
    say(
      'setup: no python3: everything works but the comparison with Python programs (npm run test:interop).',
    );
  }
  say('setup: ready. `npx unitscope --help` answers here.');
}

function run(command, args, { hidden = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: hidden ? 'pipe' : ['ignore', 2, 2],
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', CI: 'true' },
    maxBuffer: 64 << 20,
  });
  if (result.status === 0) return;
  if (hidden) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  fail(
    `\`${command} ${args.join(' ')}\` failed${result.error === undefined ? '' : `: ${result.error.message}`}`,
  );
}

function fail(message) {
  process.stderr.write(`setup: ${message}\n`);
  process.exit(1);
}
