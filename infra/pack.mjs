// `npm run pack [-- FOLDER] [--library]`: the packages as they are published, as tarballs: the library, the command line with
// what an ONNX sweep in process needs, and its optional parts. `--library`: the library alone. Needs a built clone; writes to
// dist/packages unless a folder is named.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { libraryPackages } from './library-packages.mjs';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  options: { library: { type: 'boolean' } },
  allowPositionals: true,
});
const out = resolve(positionals[0] ?? join(root, 'dist', 'packages'));
const staging = join(out, '.staging');
const cli = join(root, 'apps', 'cli');
const manifest = readJson(join(cli, 'package.json'));
const { version, license, engines, repository, publishConfig } = manifest;
const onnxruntime = dirname(createRequire(join(cli, 'x.js')).resolve('onnxruntime-node/package.json'));

const koffiVersion = readJson(join(root, 'node_modules', 'koffi', 'package.json')).version;

/** What each part brings: packages that the command line is built with, by the start of their names. */
const PARTS = {
  temporal: {
    names: ['@temporalio/'],
    description: 'What `unitscope sweep --engine temporal` and its workers need.',
  },
  tfjs: { names: ['@tensorflow/'], description: 'TensorFlow.js models for unitscope, on WebAssembly.' },
  digits: { names: ['mnist'], description: 'The 10,000 digits of `images: { from: mnist }` for unitscope.' },
};
/** The platforms that onnxruntime-node has a library for. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

const strange = existsSync(out) && readdirSync(out).find((name) => !/\.tgz$|^\.staging$/.test(name));
if (strange)
  throw new Error(`${out}: expected no folder, or tarballs alone, found ${strange}; name another folder`);
rmSync(out, { recursive: true, force: true });
mkdirSync(staging, { recursive: true });
packLibrary();
if (!values.library) {
  packParts();
  packOnnxruntime();
  packCommandLine();
}
rmSync(staging, { recursive: true });

function packLibrary() {
  const folders = libraryPackages(root);
  for (const folder of folders) removeLeftovers(join(root, folder));
  pack(
    root,
    folders.map((folder) => `--workspace=${folder}`),
  );
}

/** `tsc -b` leaves what it made of a source that has gone since. */
function removeLeftovers(folder) {
  const dist = join(folder, 'dist');
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const source = /^(.*)(\.d\.ts|\.js)\.map$/.exec(name)?.[1];
    if (source === undefined || existsSync(join(folder, 'src', `${source}.ts`))) continue;
    for (const ending of ['.js', '.js.map', '.d.ts', '.d.ts.map'])
      rmSync(join(dist, `${source}${ending}`), { force: true });
  }
}

function packCommandLine() {
  const folder = join(staging, 'unitscope');
  mkdirSync(folder);
  for (const name of ['bin', 'dist']) cpSync(join(cli, name), join(folder, name), { recursive: true });
  // What npm shows of the package.
  for (const name of ['README.md', 'LICENSE']) cpSync(join(root, name), join(folder, name));
  const optional = Object.values(PARTS).flatMap(({ names }) => names);
  const kept = Object.entries(manifest.dependencies).filter(
    ([name]) => name !== 'onnxruntime-node' && !optional.some((start) => name.startsWith(start)),
  );
  const { devDependencies, scripts, nx, ...published } = manifest;
  writeJson(join(folder, 'package.json'), {
    ...published,
    dependencies: Object.fromEntries(kept),
    // npm installs the one of this machine's platform.
    optionalDependencies: Object.fromEntries(
      PLATFORMS.flatMap((platform) => [
        [`@unitscope/onnxruntime-${platform}`, readJson(join(onnxruntime, 'package.json')).version],
        // koffi's libraries alone: koffi itself has an install script, and its JavaScript is inside.
        [`@koromix/koffi-${platform}`, koffiVersion],
      ]),
    ),
  });
  pack(folder);
}

/** Packages without code: what they depend on is what they are for. */
function packParts() {
  for (const [part, { names, description }] of Object.entries(PARTS)) {
    const folder = join(staging, part);
    mkdirSync(folder);
    const name = `@unitscope/${part}`;
    const dependencies = Object.fromEntries(
      Object.entries(manifest.dependencies).filter(([dependency]) =>
        names.some((start) => dependency.startsWith(start)),
      ),
    );
    const stated = { name, version, description, license, repository, engines, publishConfig };
    writeJson(join(folder, 'package.json'), { ...stated, dependencies });
    writeFileSync(join(folder, 'README.md'), `# ${name}\n\n${description}\n\n    npm install -g ${name}\n`);
    cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
    pack(folder);
  }
}

/**
 * onnxruntime-node without its install script, which downloads GPU libraries and ends the install where it cannot, and
 * with the library of one platform of the five that upstream's package holds (288 MB). Its files are as upstream has them.
 */
function packOnnxruntime() {
  const upstream = readJson(join(onnxruntime, 'package.json'));
  const [napi] = readdirSync(join(onnxruntime, 'bin'));
  for (const platform of PLATFORMS) {
    const [os, cpu] = platform.split('-');
    const libraries = join('bin', napi, os, cpu);
    if (!existsSync(join(onnxruntime, libraries))) throw new Error(`onnxruntime-node has no ${libraries}`);
    const folder = join(staging, platform);
    for (const name of ['dist', libraries])
      cpSync(join(onnxruntime, name), join(folder, name), { recursive: true });
    const name = `@unitscope/onnxruntime-${platform}`;
    const description = `onnxruntime-node ${upstream.version} for ${platform}: its files, without its install script.`;
    writeJson(join(folder, 'package.json'), {
      name,
      version: upstream.version,
      description,
      license: upstream.license,
      // Not upstream's: provenance is of the repository that publishes.
      repository,
      engines,
      publishConfig,
      os: [os],
      cpu: [cpu],
      ...(os === 'linux' && { libc: ['glibc'] }),
      main: upstream.main,
      types: upstream.types,
      dependencies: { 'onnxruntime-common': upstream.dependencies['onnxruntime-common'] },
    });
    writeFileSync(
      join(folder, 'README.md'),
      `# ${name}\n\n${description} unitscope depends on it; others better use onnxruntime-node.\n`,
    );
    cpSync(join(root, 'infra', 'onnxruntime-license.txt'), join(folder, 'LICENSE'));
    pack(folder);
  }
}

function pack(folder, workspaces = []) {
  const options = ['--silent', '--ignore-scripts', '--pack-destination', out, ...workspaces];
  const { status } = spawnSync('npm', ['pack', ...options], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function writeJson(path, value) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
