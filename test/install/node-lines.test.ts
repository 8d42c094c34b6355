import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActivationsWriter, MemorySink } from '@unitscope/tables';
import { onnxBytes } from '../../packages/models/test/onnx-builder.ts';

// Every Node is taken from its npm package, as `.ci/run` does.
const root = join(import.meta.dirname, '..', '..');
const withNode = join(root, 'infra', 'with-node.mjs');
const cli = join(root, 'apps', 'cli', 'bin', 'unitscope.js');
let folder = '';

function under(
  version: string,
  ...args: string[]
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [withNode, version, 'node', ...args], { cwd: folder, encoding: 'utf8' });
}

async function writeMaps(): Promise<void> {
  for (const [index, size] of [8, 14, 28].entries()) {
    const sink = new MemorySink();
    const images = ['a', 'b', 'c'];
    const header = { size, images, layer: `conv${index}`, category: 'c' };
    const writer = await ActivationsWriter.begin(sink, header);
    const maps = Float32Array.from({ length: 6 * size * size }, (_, i) => Math.max(0, Math.sin(i * i)));
    await writer.write(Uint32Array.of(0, 0, 0, 1, 1, 1), Uint32Array.of(0, 1, 2, 0, 1, 2), maps);
    await writer.close();
    writeFileSync(join(folder, `maps-${index}.arrow`), sink.bytes());
  }
}

function writeNetworks(): void {
  const weights = (count: number, step: number) =>
    Array.from({ length: count }, (_, i) => Math.sin(i * step) / 3);
  for (const type of ['float', 'float16'] as const) {
    const precision = type === 'float' ? {} : { type };
    const bytes = onnxBytes({
      input: ['N', 1, 28, 28],
      inputType: type,
      output: 'relu2',
      nodes: [
        { op: 'Conv', inputs: ['image', 'w1'], output: 'conv1', ints: { pads: [1, 1, 1, 1] } },
        { op: 'Relu', inputs: ['conv1'], output: 'relu1' },
        { op: 'Conv', inputs: ['relu1', 'w2'], output: 'conv2', ints: { pads: [1, 1, 1, 1] } },
        { op: 'Relu', inputs: ['conv2'], output: 'relu2' },
      ],
      weights: {
        w1: { dims: [6, 1, 3, 3], values: weights(54, 1.7), ...precision },
        w2: { dims: [8, 6, 3, 3], values: weights(432, 2.3), ...precision },
      },
    });
    writeFileSync(join(folder, `${type}.onnx`), bytes);
  }
}

/** The SHA-256 of every result table of the two sweeps, made under one Node. */
function tablesUnder(version: string): Record<string, string> {
  const store = join(folder, `store-${version}`);
  for (const spec of ['maps.yaml', 'networks.yaml']) {
    const run = under(version, cli, 'sweep', spec, '--store', store, '--json');
    expect(run.stderr).not.toMatch(/Warning|unitscope:/);
    expect(run.status).toBe(0);
  }
  const tables = readdirSync(store, { recursive: true, encoding: 'utf8' })
    .filter((name) => /results.*\.arrow$/.test(name))
    .sort();
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(store, name)))
      .digest('hex');
  return Object.fromEntries(tables.map((name) => [name, digest(name)]));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unitscope-node-lines-'));
  await writeMaps();
  writeNetworks();
  writeFileSync(join(folder, 'maps.yaml'), 'name: maps\nsource: { activations: ["maps-*.arrow"] }\n');
  writeFileSync(
    join(folder, 'networks.yaml'),
    'name: networks\nsource:\n  models:\n    checkpoints: ["*.onnx"]\n    images: { from: mnist, categories: ["3", "7"], perCategory: 6 }\n',
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('every Node that is supported', () => {
  it('makes the same bytes of result tables', () => {
    const oldest = tablesUnder('22.12.0');
    expect(Object.keys(oldest).length).toBeGreaterThan(6);
    expect(tablesUnder('24')).toEqual(oldest);
    expect(tablesUnder('26')).toEqual(oldest);
  });
});

describe('an older Node', () => {
  it.each(['20', '22.11.0'])('is refused: %s', (version) => {
    for (const program of [[cli, '--help'], [join(root, 'infra', 'setup.mjs')]]) {
      const run = under(version, ...program);
      expect(run.stderr).toMatch(/needs Node 22\.12 or later, found (20|22\.11)\.\d+/);
      expect(run.status).toBeGreaterThan(0);
    }
  });
});
