import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ActivationsWriter, MemorySink } from '@unitscope/tables';

const cli = join(import.meta.dirname, '..', '..', 'apps', 'cli');
let folder = '';

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unitscope-package-'));
  const packed = execFileSync('npm', ['pack', '--pack-destination', folder, '--loglevel=error'], {
    cwd: cli,
    encoding: 'utf8',
  });
  run('npm', 'init', '-y');
  run(
    'npm',
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    join(folder, packed.trim()),
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the packed command line answers outside the clone', () => {
  expect(run('npx', 'unitscope', '--help')).toContain('unitscope sweep sweep.yaml');
  const findings = JSON.parse(run('npx', 'unitscope', 'doctor', '--json')) as {
    part: string;
    state: string;
  }[];
  expect(findings.filter(({ state }) => state === 'fails')).toEqual([]);
});

test('the packed command line brings the page of the dashboard and the process that reads results', () => {
  const dist = join(folder, 'node_modules', 'unitscope', 'dist');
  expect(readFileSync(join(dist, 'page', 'index.html'), 'utf8')).toContain('<div id="app">');
  expect(existsSync(join(dist, 'results-process.js'))).toBe(true);
});

test('the packed command line measures activation files in its threads and tables', async () => {
  const sink = new MemorySink();
  const writer = await ActivationsWriter.begin(sink, {
    size: 8,
    images: ['a', 'b'],
    layer: 'conv',
    category: 'c',
  });
  const maps = Float32Array.from({ length: 2 * 64 }, (_, i) => Math.sin(i * i));
  await writer.write(Uint32Array.of(0, 0), Uint32Array.of(0, 1), maps);
  await writer.close();
  writeFileSync(join(folder, 'maps.arrow'), sink.bytes());
  writeFileSync(join(folder, 'sweep.yaml'), 'name: packed\nsource: { activations: ["maps.arrow"] }\n');
  expect(JSON.parse(run('npx', 'unitscope', 'entropy', 'maps.arrow', '--json'))).toHaveLength(1);
  const outcome = JSON.parse(run('npx', 'unitscope', 'sweep', 'sweep.yaml', '--json')) as { maps: number };
  expect(outcome.maps).toBe(2);
});
