// Makes @tensorflow/tfjs-node load where its own installer cannot download libtensorflow: takes the
// library out of the tensorflow-cpu wheel of PyPI and builds the binding against it. What it makes is kept
// in .cache/tfjs-node, because `npm ci` empties node_modules; a second run restores it in seconds.
// Usage: node infra/tfjs-node.mjs
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { downloadWheel, pythonWithPip } from './python.mjs';
import { onPath } from './supervised-process.mjs';

const VERSION = '4.22.0';
// Both speak the C API that tfjs-node 4.22 is written against; the first that can be had is taken. With each the SHA-256
// of its wheel for Python 3.11 on Linux.
const TENSORFLOW = {
  '2.15.1': '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
  '2.12.1': '7ffb595707a8fb376deaddc768784c7a0242b16cbc6e06393b1733b2ce19f855',
};
const MEGABYTE = 1 << 20;

const root = dirname(import.meta.dirname);
const cache = join(root, '.cache', 'tfjs-node');
// Built against Node-API, whose ABI is the same in every Node that tfjs-node runs on.
const binding = join(cache, `${VERSION}-linux-x64`, 'tfjs_binding.node');
const fromModels = createRequire(join(root, 'packages', 'models', 'package.json'));

class Missing extends Error {}

function main() {
  if (loads()) return say('loads already');
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Missing(
      `this recipe is for Linux on x64. Try its own installer: npm rebuild @tensorflow/tfjs-node --ignore-scripts=false`,
    );
  }
  const folder = packageFolder() ?? installPackage();
  const libraries = librariesFolder() ?? fetchLibraries();
  rmSync(join(folder, 'deps'), { recursive: true, force: true });
  symlinkSync(libraries, join(folder, 'deps'));
  const target = join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  if (!existsSync(binding)) {
    build(folder);
    mkdirSync(dirname(binding), { recursive: true });
    copyFileSync(target, `${binding}.partial`);
    renameSync(`${binding}.partial`, binding);
  }
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(binding, target);
  if (!loads()) throw new Error(`it was built but does not load: ${loadError()}`);
  say('loads now');
}

function say(text) {
  console.log(`tfjs-node ${VERSION}: ${text}`);
}

function tryToLoad() {
  const script = `require(${JSON.stringify('@tensorflow/tfjs-node')})`;
  return spawnSync(process.execPath, ['-e', script], {
    cwd: join(root, 'packages', 'models'),
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    encoding: 'utf8',
  });
}

function loads() {
  return tryToLoad().status === 0;
}

function loadError() {
  return (
    tryToLoad()
      .stderr.split('\n')
      .find((line) => line.includes('Error')) ?? 'no message'
  );
}

function packageFolder() {
  try {
    return dirname(fromModels.resolve('@tensorflow/tfjs-node/package.json'));
  } catch {
    return null;
  }
}

/** npm leaves an optional dependency out whose installer failed; without scripts it stays. */
function installPackage() {
  say('fetching the package');
  run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'], root);
  const folder = packageFolder();
  if (folder === null) throw new Missing(`npm did not install @tensorflow/tfjs-node@${VERSION}`);
  return folder;
}

function librariesFolder() {
  const found = Object.keys(TENSORFLOW).map((version) => join(cache, `tensorflow-cpu-${version}`));
  return found.find((folder) => existsSync(folder)) ?? null;
}

function fetchLibraries() {
  const python = pythonWithPip();
  if (python === undefined) {
    throw new Missing(
      'needs Python 3 with pip, to fetch libtensorflow (Debian: apt-get install python3-pip)',
    );
  }
  for (const [version, sha256] of Object.entries(TENSORFLOW)) {
    const folder = join(cache, `tensorflow-cpu-${version}`);
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    say(`fetching libtensorflow ${version} (200 MB)`);
    const platforms = ['manylinux2014_x86_64'];
    const wheel = { name: 'tensorflow-cpu', version, sha256: [sha256], platforms, pythonVersion: '3.11' };
    const objection = downloadWheel(python, wheel, partial);
    if (objection !== undefined) {
      say(`pip: ${objection}`);
      continue;
    }
    run(python, ['-I', '-c', UNPACK, partial], root);
    renameSync(partial, folder);
    return folder;
  }
  throw new Missing(
    `pip found no tensorflow-cpu ${Object.keys(TENSORFLOW).join(' or ')}; is the package index reached?`,
  );
}

const UNPACK = `
import glob, os, shutil, sys, zipfile
folder = sys.argv[1]
[wheel] = glob.glob(os.path.join(folder, '*.whl'))
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.startswith('tensorflow/include/') and name.endswith('.h'):
            target = os.path.join(folder, name.removeprefix('tensorflow/'))
        elif name in ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'):
            target = os.path.join(folder, 'lib', os.path.basename(name))
        else:
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(name) as source, open(target, 'wb') as copy:
            shutil.copyfileobj(source, copy)
os.symlink('libtensorflow_cc.so.2', os.path.join(folder, 'lib', 'libtensorflow.so'))
os.symlink('libtensorflow_framework.so.2', os.path.join(folder, 'lib', 'libtensorflow_framework.so'))
os.remove(wheel)
`;

function build(folder) {
  for (const tool of ['make', 'g++']) {
    if (spawnSync(tool, ['--version']).status !== 0) {
      throw new Missing(`needs ${tool} to build the binding (Debian: apt-get install build-essential)`);
    }
  }
  say('building the binding (half a minute)');
  const builder = createRequire(join(folder, 'package.json')).resolve(
    '@mapbox/node-pre-gyp/bin/node-pre-gyp',
  );
  // Headers that came with this Node, if any; without them node-gyp downloads those of its version.
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, 'include', 'node', 'node.h')) ? [`--nodedir=${prefix}`] : [];
  run(process.execPath, [builder, 'rebuild', '--build-from-source', ...headers], folder, nodeGyp());
}

/** node-pre-gyp looks for node-gyp beside Node; it lies inside npm, wherever that is. */
function nodeGyp() {
  const found = onPath('npm');
  const npm = process.env.npm_execpath ?? (found && realpathSync(found));
  if (!npm) throw new Missing('needs npm on the PATH, whose node-gyp builds the binding');
  const script = join(dirname(npm), '..', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  return existsSync(script) ? { npm_config_node_gyp: script } : {};
}

function run(command, args, cwd, env = {}) {
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * MEGABYTE,
    env: { ...process.env, ...env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` },
  });
  if (result.status === 0) return;
  const last = `${result.stdout ?? ''}${result.stderr ?? ''}`.trim().split('\n').slice(-15).join('\n');
  throw new Error(
    `${command} ${args[0]} … failed${result.error ? `: ${result.error.message}` : ''}\n${last}`,
  );
}

try {
  main();
} catch (error) {
  console.error(`tfjs-node ${VERSION}: ${error.message}`);
  console.error('Everything works without it, on the wasm backend.');
  process.exitCode = 1;
}
