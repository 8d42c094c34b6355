import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '@unitscope/store';
import { layersSchema } from '@unitscope/tables';
import { onnxBytes, type OnnxSpec } from '../../packages/models/test/onnx-builder.ts';
import { conv, op, random } from '../../packages/models/test/onnx-parts.ts';
import { done, refused, temporaryFolder, unitscope } from '../e2e/support/command-line.js';
import { readTable } from '../e2e/support/read-table.js';

async function written(networks: Readonly<Record<string, OnnxSpec>>, models = ''): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, network] of Object.entries(networks)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), onnxBytes(network));
  }
  const spec = `
name: s
source:
  models:
    checkpoints: ['**/*.onnx']
    images: { from: mnist, perCategory: 3, categories: ["3"] }
    ${models}
statistics: { bootstrap: 0 }
engine: { threads: 1 }
`;
  await writeFile(join(folder, 'sweep.yaml'), spec);
  return folder;
}

function network(more: Partial<OnnxSpec> = {}, seed = 1, activation = 'Relu', name = 'conv1'): OnnxSpec {
  return {
    input: ['N', 1, 28, 28],
    nodes: [conv(['image', 'w'], 'c', { name }), op(activation, ['c'], 'r')],
    weights: { w: random([4, 1, 3, 3], seed) },
    output: 'r',
    ...more,
  };
}

const layersTable = (folder: string, checkpoint: string) =>
  readTable(join(folder, `.unitscope/sweeps/s/results/layers/${checkpoint}.arrow`), layersSchema);

describe('a network of open size', () => {
  const open = network({ input: ['N', 1, 'height', 'width'] });

  it('is measured at the inputSize of the spec, anew for another one', async () => {
    const folder = await written({ 'open.onnx': open }, 'inputSize: 20');
    await done(['sweep', 'sweep.yaml'], { cwd: folder });
    expect([...(await layersTable(folder, 'open')).map_size]).toEqual([20, 20]);
    const larger = await written({ 'open.onnx': open }, 'inputSize: [24, 24]');
    const store = ['--store', join(folder, '.unitscope'), '--replace'];
    const outcome: unknown = JSON.parse(
      await done(['sweep', 'sweep.yaml', '--json', ...store], { cwd: larger }),
    );
    expect(outcome).toMatchObject({ cells: { total: 1, done: 1, cached: 0 } });
  });

  it('that makes maps that are not square is left out, or its centred square is measured and named', async () => {
    const refusing = await written({ 'open.onnx': open }, 'inputSize: [20, 28]');
    expect(await refused(['sweep', 'sweep.yaml'], { cwd: refusing })).toContain(
      'no layer that can be measured',
    );
    const folder = await written({ 'open.onnx': open }, 'inputSize: [20, 28]\n    nonSquare: crop');
    const part = 'measured in part: conv1: the centred 20×20 of maps of 20×28';
    expect(await done(['plan', 'sweep.yaml'], { cwd: folder })).toContain(part);
    expect(await done(['sweep', 'sweep.yaml'], { cwd: folder })).toContain(part);
    const table = await layersTable(folder, 'open');
    expect([...table.map_size]).toEqual([20, 20]);
    expect(table.cropped_from.values.labels).toEqual(['20x28']);
  });

  it('is listed at --input-size', async () => {
    const folder = await written({ 'open.onnx': open });
    const listed = await done(['layers', 'open.onnx', '--input-size', '20x28', '--non-square', 'crop'], {
      cwd: folder,
    });
    expect(listed).toContain('20×28, the centred 20×20');
    expect(await refused(['layers', 'open.onnx', '--input-size', '0'], { cwd: folder })).toContain(
      'Expected N or HEIGHTxWIDTH',
    );
  });
});

describe('a network that takes two channels', () => {
  it('is refused by layers and by sweep, before any work', async () => {
    const folder = await written({
      'two.onnx': network({ input: ['N', 2, 28, 28], weights: { w: random([4, 2, 3, 3], 1) } }),
    });
    for (const words of [
      ['layers', 'two.onnx'],
      ['plan', 'sweep.yaml'],
      ['sweep', 'sweep.yaml'],
    ])
      expect(await refused(words, { cwd: folder })).toContain(
        'an image has 1 or 3 channels, the network takes 2',
      );
  });
});

describe('checkpoints of one file name and length', () => {
  it('have each its own layers', async () => {
    const folder = await written({
      'a/model.onnx': network({}, 1),
      'b/model.onnx': network({}, 2),
      'c/model.onnx': network({}, 3, 'Selu'),
      'd/model.onnx': network({}, 4, 'Relu', 'convA'),
    });
    const outcome: unknown = JSON.parse(await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder }));
    expect(outcome).toMatchObject({ cells: { total: 4, done: 4 }, failures: [] });
    expect((await layersTable(folder, 'd')).layer.values.labels).toEqual(['convA']);
    expect((await layersTable(folder, 'b')).layer.values.labels).toEqual(['conv1']);
  });
});

describe('a layer whose first dimension is not the image', () => {
  it('is left out and named, and the others are measured', async () => {
    const nodes = [
      ...network().nodes,
      op('Reshape', ['r', 'quarters'], 'p'),
      conv(['p', 'w2'], 'c2', { name: 'in_patches' }),
      op('Relu', ['c2'], 'r2'),
    ];
    const weights = {
      ...network().weights,
      w2: random([4, 4, 3, 3], 2),
      quarters: { dims: [4], values: [-1, 4, 14, 14], type: 'int64' as const },
    };
    const folder = await written({ 'patches.onnx': network({ nodes, weights, output: 'r2' }) });
    expect(await done(['sweep', 'sweep.yaml'], { cwd: folder })).toContain(
      'not measured: in_patches: its output has 4 rows for 1 image',
    );
    expect((await layersTable(folder, 'patches')).layer.values.labels).toEqual(['conv1']);
  });
});

describe('a network whose maps are other ones by another route', () => {
  it('is told by layers --check and refused by sweep: its values are lost on the way, here or there', async () => {
    // The optimiser makes the factors a part of the kernel; one by one they leave seven bits of each value.
    const factors = [1e-21, 1e-22, 1e21, 1e22];
    const nodes = [
      conv(['image', 'w'], 'x0', { name: 'conv1' }),
      ...factors.map((_, i) => op('Mul', [`x${i}`, `factor${i}`], `x${i + 1}`)),
      op('Relu', [`x${factors.length}`], 'r'),
    ];
    const weights = { ...network().weights };
    for (const [i, value] of factors.entries())
      weights[`factor${i}`] = { dims: [4, 1, 1], values: [value, value, value, value] };
    const folder = await written({ 'lost.onnx': network({ nodes, weights }) });
    const check = await unitscope(['layers', 'lost.onnx', '--check'], { cwd: folder });
    expect(check).toMatchObject({ code: 1, stderr: '' });
    expect(check.stdout).toMatch(/0 +conv1 +differs .*\n1 differs\n$/);
    const json = await unitscope(['layers', 'lost.onnx', '--check', '--json'], { cwd: folder });
    expect(JSON.parse(json.stdout)).toMatchObject({ layers: [{ check: { verdict: 'differs' } }] });
    const message = await refused(['sweep', 'sweep.yaml'], { cwd: folder });
    expect(message).toContain("the maps of layer 'conv1' are others when its operations run on their own");
    expect(message).toContain('layers: ["*", "!conv1"] leaves it out');
  });
});

describe('a sweep of an earlier semantics version', () => {
  it('is named by verify --semantics with the layers whose taps have moved, also of an open size', async () => {
    const open = network({ input: ['N', 1, 'height', 'width'] });
    const folder = await written({ 'open.onnx': open }, 'inputSize: 20');
    await done(['sweep', 'sweep.yaml'], { cwd: folder });
    const verify = ['verify', '--semantics'];
    expect(await done(verify, { cwd: folder })).toBe('1 sweep, all of semantics version 3\n');
    const store = await openStore(join(folder, '.unitscope'));
    const key = 'sweeps/s/manifest.json';
    const manifest = Buffer.from(await store.get(key)).toString();
    const earlier = manifest.replace('"semantics": 3', '"semantics": 1').replace('"tap": "r"', '"tap": "c"');
    await store.put(key, Buffer.from(earlier));
    const run = await unitscope(verify, { cwd: folder });
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(run.stdout).toContain('s: measured with semantics version 1, now 3; seen elsewhere: 1 layer:');
    expect(run.stdout).toContain('  conv1: was seen in c, now in r\nof an earlier version: 1 of 1 sweep');
    const json = await unitscope([...verify, '--json'], { cwd: folder });
    expect(JSON.parse(json.stdout)).toMatchObject({
      older: [{ name: 's', semantics: 1, moved: [{ layer: 'conv1', before: 'c', now: 'r' }] }],
    });
  });
});
