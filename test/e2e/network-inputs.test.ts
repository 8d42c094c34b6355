import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layersSchema } from '@unitscope/tables';
import { onnxBytes, type OnnxSpec } from '../../packages/models/test/onnx-builder.ts';
import { conv, op, random } from '../../packages/models/test/onnx-parts.ts';
import { done, refused, temporaryFolder } from './command-line.js';
import { readTable } from './read-table.js';

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
