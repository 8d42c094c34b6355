import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelStructure } from '../src/structure/model-structure.ts';
import { onnxBytes, type OnnxSpec } from './onnx-builder.ts';
import { conv, op, random } from './onnx-parts.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-structure-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function structureOf(spec: OnnxSpec): Promise<string> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, onnxBytes(spec));
  return modelStructure(path, 'onnx');
}

function network(seed: number, activation = 'Relu', name = 'c', scale = 2): OnnxSpec {
  return {
    input: ['N', 3, 8, 8],
    nodes: [
      conv(['image', 'w'], 'c', { name }),
      op(activation, ['c'], 'r'),
      op('Resize', ['r', '', 'scales'], 'large'),
    ],
    weights: { w: random([4, 3, 3, 3], seed), scales: { dims: [4], values: [1, 1, scale, scale] } },
    output: 'large',
  };
}

describe('the structure of an ONNX file', () => {
  it('is the same whatever its weights are', async () => {
    expect(await structureOf(network(1))).toBe(await structureOf(network(2)));
  });

  it('differs by an activation, a name and a size, in files of one length', async () => {
    const files = [network(1), network(1, 'Selu'), network(1, 'Relu', 'd'), network(1, 'Relu', 'c', 3)];
    expect(new Set(files.map((file) => onnxBytes(file).length)).size).toBe(1);
    const structures = [];
    for (const file of files) structures.push(await structureOf(file));
    expect(new Set(structures).size).toBe(files.length);
  });
});

describe('the structure of a tfjs model', () => {
  it('is that of its layers and of the shapes of its weights, wherever these lie', async () => {
    const json = (activation: string, file: string) =>
      JSON.stringify({
        format: 'layers-model',
        modelTopology: {
          class_name: 'Sequential',
          config: [{ class_name: 'Conv2D', config: { activation } }],
        },
        weightsManifest: [{ paths: [file], weights: [{ name: 'k', shape: [3, 3, 1, 4], dtype: 'float32' }] }],
      });
    const path = join(folder, 'model.json');
    const of = async (text: string): Promise<string> => {
      await writeFile(path, text);
      return modelStructure(path, 'tfjs-layers');
    };
    const first = await of(json('relu', 'a.bin'));
    expect(await of(json('relu', 'b.bin'))).toBe(first);
    expect(await of(json('selu', 'a.bin'))).not.toBe(first);
  });
});
