import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { libraryPackages } from '../../infra/library-packages.mjs';
import { codeBlocks } from '../documentation/code-blocks.ts';
import { writeExampleFolder } from '../documentation/example-folder.ts';

const root = join(import.meta.dirname, '..', '..');
/** Below the clone: what others publish is found in the clone's own node_modules, and costs no install. */
let folder = '';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly repository: { readonly type: string; readonly url: string; readonly directory: string };
  readonly publishConfig: object;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const installed = (): string => join(folder, 'node_modules', '@unitscope');
const packages = (): string[] => readdirSync(installed()).map((name) => join(installed(), name));
const manifestOf = (path: string): Manifest =>
  JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
const filesOf = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

beforeAll(async () => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache', 'published-'));
  execFileSync(process.execPath, [join(root, 'infra', 'setup-tools.mjs')]);
  execFileSync(process.execPath, [join(root, 'infra', 'pack.mjs'), join(folder, 'tarballs'), '--library']);
  for (const file of readdirSync(join(folder, 'tarballs'))) {
    const name = /^unitscope-([a-z]+)-\d/.exec(file)?.[1] ?? file;
    mkdirSync(join(installed(), name), { recursive: true });
    const tarball = join(folder, 'tarballs', file);
    execFileSync('tar', ['-xzf', tarball, '-C', join(installed(), name), '--strip-components=1']);
  }
  await writeExampleFolder(folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(
    join(folder, 'sweep.yaml'),
    'name: photos\nsource:\n  models: { checkpoints: [network.onnx], images: { from: folder, path: photos, perCategory: 6 } }\n',
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('every package of the library says where it comes from, what it runs on and how it may be used', () => {
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  expect(packages()).toHaveLength(libraryPackages(root).length);
  for (const path of packages()) {
    const manifest = manifestOf(path);
    expect(manifest).toMatchObject({
      version,
      license: 'Apache-2.0',
      engines: { node: '>=22.12' },
      repository: { type: 'git', url: 'git+https://github.com/unitscope/unitscope.git' },
      publishConfig: { access: 'public', provenance: true },
    });
    expect(existsSync(join(root, manifest.repository.directory, 'package.json'))).toBe(true);
    expect(readFileSync(join(path, 'LICENSE'), 'utf8')).toBe(licence);
    // One that is published asks for the others as they are published with it.
    for (const [name, wanted] of Object.entries(manifest.dependencies ?? {}))
      if (name.startsWith('@unitscope/')) expect(`${name} ${wanted}`).toBe(`${name} ${version}`);
  }
});

test('a tarball holds what its sources make, its licence and its README, and nothing else', () => {
  for (const path of packages()) {
    const rest = filesOf(path)
      .map((file) => file.slice(path.length + 1))
      .filter((file) => {
        const made = /^dist\/(.*?)(\.d)?\.(js|ts)(\.map)?$/.exec(file)?.[1];
        return !(made !== undefined && existsSync(join(path, 'src', `${made}.ts`)));
      })
      .filter((file) => !/^src\/.*\.ts$/.test(file));
    const bundles = basename(path) === 'workflows' ? ['workflow-bundle.js', 'workflow-bundle-traced.js'] : [];
    expect(rest.sort(), path).toEqual(
      ['LICENSE', 'README.md', ...bundles.map((name) => `dist/${name}`), 'package.json'].sort(),
    );
  }
});

test('every source map leads to a source that is shipped', () => {
  for (const path of packages()) {
    const maps = filesOf(path).filter((file) => file.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(0);
    for (const map of maps) {
      const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] };
      for (const source of sources)
        expect(existsSync(join(dirname(map), source)), `${map}: ${source}`).toBe(true);
    }
  }
});

test('publint and arethetypeswrong find nothing in the tarballs', async () => {
  const check = join(root, 'infra', 'tools', 'check-packages.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [check, join(folder, 'tarballs')]);
  expect(stdout).toBe(`${packages().length} packages checked, 0 problems\n`);
});

/** In the order in which they build on one another. */
const ORDER = ['engine', 'query', 'ablation'];
const place = (path: string): number => ORDER.indexOf(basename(path));

function writeExamples(): string[] {
  return packages()
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
    .map((path) => {
      const examples = codeBlocks(path, 'README.md').filter(({ language }) => language === 'js');
      expect(examples, path).toHaveLength(1);
      const file = join(folder, `${basename(path)}.js`);
      writeFileSync(file, examples[0]?.code ?? '');
      return file;
    });
}

// Declarations are looked at whole once; the second time, as they are imported.
test.for([
  ['nodenext', 'nodenext', false],
  ['bundler', 'esnext', true],
] as const)('the examples of the READMEs are type-checked against the tarballs under %s', async (setting) => {
  const [resolution, module, skipLibCheck] = setting;
  const files = writeExamples();
  const options = {
    ...{ strict: true, noEmit: true, allowJs: true, checkJs: true, target: 'es2024', lib: ['es2024'] },
    ...{ types: ['node'], typeRoots: [join(root, 'node_modules', '@types')], skipLibCheck },
    ...{ module, moduleResolution: resolution },
  };
  const config = join(folder, `tsconfig.${resolution}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions: options, files }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', config]).catch(
    (error: unknown) => error as { stdout: string },
  );
  // Types of packages of others are theirs to mend.
  expect(
    stdout
      .split('\n')
      .filter((line) => /error/.test(line) && !/^(\.\.\/)*node_modules\/(?!@unitscope)/.test(line)),
  ).toEqual([]);
});

test('the examples of the READMEs run', async () => {
  for (const file of writeExamples()) {
    const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder });
    expect(stdout, file).not.toBe('');
  }
});

test('a dry run of publishing names each tarball and the tag that it would get', async () => {
  const [tarball = ''] = readdirSync(join(folder, 'tarballs')).filter((file) => file.includes('-process-'));
  mkdirSync(join(folder, 'one'));
  copyFileSync(join(folder, 'tarballs', tarball), join(folder, 'one', tarball));
  const publish = join(root, 'infra', 'release', 'publish.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [publish, join(folder, 'one'), '--dry-run']);
  expect(stdout).toMatch(/^@unitscope\/process@\d+\.\d+\.\d+ would be published as latest\n$/);
});
