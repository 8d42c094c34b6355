import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unitsSchema } from '@unitscope/tables';
import { onnxBytes, type OnnxSpec } from '../../packages/models/test/onnx-builder.ts';
import { conv, op, random } from '../../packages/models/test/onnx-parts.ts';
import { done, refused, temporaryFolder } from '../e2e/support/command-line.js';
import { readTable } from '../e2e/support/read-table.js';

async function written(network: OnnxSpec, models = ''): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'net.onnx'), onnxBytes(network));
  const spec = `
name: s
source:
  models:
    checkpoints: [net.onnx]
    images: { from: mnist, perCategory: 4, categories: ["3"] }
    ${models}
statistics: { bootstrap: 0 }
engine: { threads: 1 }
`;
  await writeFile(join(folder, 'sweep.yaml'), spec);
  return folder;
}

const dynamic: OnnxSpec = {
  input: ['N', 1, 28, 28],
  nodes: [
    op('DynamicQuantizeLinear', ['image'], 'q', { name: 'range', outputs: ['q', 'scale', 'zero'] }),
    op('ConvInteger', ['q', 'w', 'zero'], 'i', { name: 'conv1', ints: { pads: [1, 1, 1, 1] } }),
    op('Cast', ['i'], 'f', { int: { to: 1 } }),
    op('Mul', ['f', 'scale'], 'n'),
    op('Relu', ['n'], 'r'),
  ],
  weights: {
    w: {
      dims: [4, 1, 3, 3],
      values: random([36], 1).values.map((value) => Math.round(20 * value)),
      type: 'int8',
    },
  },
  output: 'r',
};

const network: OnnxSpec = {
  input: ['N', 1, 28, 28],
  nodes: [conv(['image', 'w'], 'c', { name: 'conv1' }), op('Relu', ['c'], 'r')],
  weights: { w: random([4, 1, 3, 3], 1) },
  output: 'r',
};

describe('a network whose images would influence each other', () => {
  it('has them go through one at a time where that is right, says so, and gives the numbers of an image alone', async () => {
    const folder = await written(dynamic);
    const said = "one image a forward pass: DynamicQuantizeLinear 'range' takes one scale for a whole batch";
    expect(await done(['layers', 'net.onnx'], { cwd: folder })).toContain(said);
    expect(await done(['plan', 'sweep.yaml'], { cwd: folder })).toContain(said);
    expect(await done(['sweep', 'sweep.yaml'], { cwd: folder })).toContain(said);
    const alone = await written(dynamic, 'batchSize: 1');
    await done(['sweep', 'sweep.yaml'], { cwd: alone });
    const means = async (where: string): Promise<number[]> => [
      ...(await readTable(join(where, '.unitscope/sweeps/s/results/units/net.arrow'), unitsSchema))
        .mean_activation,
    ];
    expect(await means(folder)).toEqual(await means(alone));
  });

  it('is refused before any work where its batch norm runs as in a training', async () => {
    const four = (value: number) => ({ dims: [4], values: [value, value, value, value] });
    const training: OnnxSpec = {
      ...network,
      nodes: [
        conv(['image', 'w'], 'c', { name: 'conv1' }),
        op('BatchNormalization', ['c', 'one', 'zero', 'zero', 'one'], 'n', {
          name: 'bn1',
          outputs: ['n', 'm', 'v'],
          int: { training_mode: 1 },
        }),
        op('Relu', ['n'], 'r'),
      ],
      weights: { ...network.weights, one: four(1), zero: four(0) },
    };
    const folder = await written(training);
    for (const words of [
      ['layers', 'net.onnx'],
      ['sweep', 'sweep.yaml'],
    ])
      expect(await refused(words, { cwd: folder })).toContain(
        "operation BatchNormalization 'bn1' runs as in a training",
      );
  });
});

describe('layers --check', () => {
  it('says of each layer how its maps and births compare, as a table and as JSON', async () => {
    const folder = await written(network);
    expect(await done(['layers', 'net.onnx', '--check'], { cwd: folder })).toMatch(
      /conv1 +(equal|last bits) .*12 equal/,
    );
    const json = JSON.parse(
      await done(['layers', 'net.onnx', '--check', '--json'], { cwd: folder }),
    ) as object;
    expect(json).toMatchObject({
      alone: null,
      layers: [{ name: 'conv1', check: { births: { compared: 12, different: 0 }, reason: null } }],
    });
  });
});
