import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ActivationsWriter, MemorySink } from '@unitscope/tables';
import { codeBlocks } from '../documentation/code-blocks.ts';
import { writeExampleFolder } from '../documentation/example-folder.ts';
import { onnxBytes } from '../../packages/models/test/onnx-builder.ts';
import { tinyCheckpoints } from '../e2e/support/checkpoints.ts';
import { startRegistry, type LocalRegistry } from './local-registry.ts';

const root = join(import.meta.dirname, '..', '..');
let folder = '';
let registry: LocalRegistry;

/** An environment with an empty home, whose way to anything but the registry is refused. */
function environment(prefix: string): NodeJS.ProcessEnv {
  return {
    PATH: [join(prefix, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
    HOME: join(folder, 'home'),
    npm_config_prefix: prefix,
    npm_config_registry: registry.url,
    HTTP_PROXY: registry.proxy,
    HTTPS_PROXY: registry.proxy,
    NO_PROXY: '127.0.0.1',
  };
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Not in step: the registry that npm asks is served by this process. */
function run(prefix: string, command: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: environment(prefix), maxBuffer: 64 << 20 };
    const child = execFile(command, args, options, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

async function done(prefix: string, command: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await run(prefix, command, ...args);
  expect(stderr).not.toMatch(/ERR!|unitscope:/);
  expect(status).toBe(0);
  return stdout;
}

function sizeOf(path: string): number {
  return Number(execFileSync('du', ['-sk', path], { encoding: 'utf8' }).split('\t')[0]) / 1024;
}

const scripts = (): string => join(folder, 'scripts-on');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unitscope-package-'));
  mkdirSync(join(folder, 'home'));
  execFileSync(process.execPath, [join(root, 'infra', 'pack.mjs'), join(folder, 'packages')]);
  registry = await startRegistry(join(folder, 'packages'));
  await done(scripts(), 'npm', 'install', '-g', 'unitscope');
  await writeInputs();
});

afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

async function writeInputs(): Promise<void> {
  await tinyCheckpoints(join(folder, 'checkpoints'));
  for (const [index, category] of ['dark', 'light'].entries()) {
    mkdirSync(join(folder, 'images', category), { recursive: true });
    for (let image = 0; image < 3; image++) {
      const pixels = Uint8Array.from({ length: 256 }, (_, i) => (i * (image + 7) * (index + 3)) % 256);
      await sharp(pixels, { raw: { width: 16, height: 16, channels: 1 } })
        .png()
        .toFile(join(folder, 'images', category, `${image}.png`));
    }
  }
  const kernel = Array.from({ length: 36 }, (_, i) => Math.sin(i));
  const conv = { op: 'Conv', inputs: ['image', 'w'], output: 'y', ints: { pads: [1, 1, 1, 1] } };
  const weights = { w: { dims: [4, 1, 3, 3], values: kernel } };
  writeFileSync(
    join(folder, 'network.onnx'),
    onnxBytes({ input: ['N', 1, 16, 16], output: 'y', nodes: [conv], weights }),
  );
  const spec = (name: string, images: string): void =>
    writeFileSync(
      join(folder, `${name}.yaml`),
      `name: ${name}\nsource: { models: { checkpoints: [network.onnx], images: ${images} } }\n`,
    );
  spec('photos', '{ from: folder, path: images, perCategory: 3 }');
  spec('digits', '{ from: mnist, categories: ["3"], perCategory: 2 }');
  const sink = new MemorySink();
  const header = { size: 8, images: ['a', 'b'], layer: 'conv', category: 'c' };
  const writer = await ActivationsWriter.begin(sink, header);
  const maps = Float32Array.from({ length: 2 * 64 }, (_, i) => Math.sin(i * i));
  await writer.write(Uint32Array.of(0, 0), Uint32Array.of(0, 1), maps);
  await writer.close();
  writeFileSync(join(folder, 'maps.arrow'), sink.bytes());
}

test('npm install -g unitscope needs nothing but the registry and less than 250 MB', async () => {
  expect(registry.refused).toEqual([]);
  expect(sizeOf(scripts())).toBeLessThan(250);
  expect(await done(scripts(), 'unitscope', '--help')).toContain('unitscope sweep sweep.yaml');
  const findings = JSON.parse(await done(scripts(), 'unitscope', 'doctor', '--json')) as {
    part: string;
    state: string;
  }[];
  expect(findings.filter(({ state }) => state === 'fails')).toEqual([]);
});

test('what was installed sweeps an ONNX network over a folder of images', async () => {
  const outcome = JSON.parse(await done(scripts(), 'unitscope', 'sweep', 'photos.yaml', '--json')) as {
    maps: number;
  };
  expect(outcome.maps).toBe(24);
  expect(
    await done(scripts(), 'unitscope', 'query', 'photos', 'SELECT count(*) AS n FROM units', '--json'),
  ).toContain('8');
});

test('what was installed measures activation files, and brings the page of the dashboard', async () => {
  expect(JSON.parse(await done(scripts(), 'unitscope', 'entropy', 'maps.arrow', '--json'))).toHaveLength(1);
  const dist = join(scripts(), 'lib', 'node_modules', 'unitscope', 'dist');
  expect(readFileSync(join(dist, 'page', 'index.html'), 'utf8')).toContain('<div id="app">');
  expect(existsSync(join(dist, 'results-process.js'))).toBe(true);
});

test('a part is asked for by name when a command needs it, and found once it is installed', async () => {
  const lacks = async (part: string, ...args: string[]): Promise<void> => {
    const { status, stderr } = await run(scripts(), 'unitscope', ...args);
    expect(stderr).toContain(`npm install -g @unitscope/${part}`);
    expect(status).toBe(2);
  };
  const temporal = ['sweep', 'photos.yaml', '--engine', 'temporal', '--store', join(folder, 'shared')];
  await lacks('digits', 'sweep', 'digits.yaml');
  await lacks('tfjs', 'layers', 'checkpoints/step-0000/model.json');
  await lacks('temporal', ...temporal);
  await done(
    scripts(),
    'npm',
    'install',
    '-g',
    '@unitscope/digits',
    '@unitscope/tfjs',
    '@unitscope/temporal',
  );
  const outcome = JSON.parse(await done(scripts(), 'unitscope', 'sweep', 'digits.yaml', '--json')) as {
    maps: number;
  };
  expect(outcome.maps).toBe(8);
  expect(await done(scripts(), 'unitscope', 'layers', 'checkpoints/step-0000/model.json')).toContain('conv');
  // No server listens: the client of the part is what says so.
  const { stderr } = await run(scripts(), 'env', 'TEMPORAL_ADDRESS=127.0.0.1:9', 'unitscope', ...temporal);
  expect(stderr).toContain('127.0.0.1:9');
  expect(registry.refused).toEqual([]);
});

test('npm installs it again with scripts off and from its cache alone', async () => {
  const offline = join(folder, 'offline');
  await done(offline, 'npm', 'install', '-g', 'unitscope', '--ignore-scripts', '--offline');
  const outcome = JSON.parse(
    await done(offline, 'unitscope', 'sweep', 'photos.yaml', '--json', '--store', join(folder, 'other')),
  ) as { maps: number };
  expect(outcome.maps).toBe(24);
});

test('the first hour leads by letter from npm install to a picture', async () => {
  const hour = join(folder, 'first-hour');
  await writeExampleFolder(hour);
  // Where the page says `dist/packages`, as in a clone.
  mkdirSync(join(hour, 'dist'));
  symlinkSync(join(folder, 'packages'), join(hour, 'dist', 'packages'));
  const prefix = join(folder, 'first');
  for (const { language, code, line } of codeBlocks(root, 'docs/first-hour.md')) {
    if (language === 'yaml') writeFileSync(join(hour, 'sweep.yaml'), code);
    if (language !== 'sh') continue;
    const script = `set -e; cd ${hour}\n${code}`;
    const { status, stdout, stderr } = await run(prefix, 'bash', '-c', script);
    expect(status, `docs/first-hour.md:${line}\n${stdout}${stderr}`).toBe(0);
  }
  expect(readFileSync(join(hour, 'depth.svg'), 'utf8')).toContain('conv2');
  expect(readFileSync(join(hour, 'report.html'), 'utf8')).toContain('</html>');
});
