import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnsupportedModelError } from '../src/errors.ts';
import { refuseOtherChannels } from '../src/input-size.ts';
import { croppable, type Layer } from '../src/layer.ts';
import type { OpenOptions } from '../src/model.ts';
import { openModel } from '../src/open-model.ts';
import { onnxBytes, type OnnxSpec } from './onnx-builder.ts';
import { conv, op, random } from './onnx-parts.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-input-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function network(more: Partial<OnnxSpec> = {}): OnnxSpec {
  return {
    input: ['N', 3, 'height', 'width'],
    nodes: [conv(['image', 'w'], 'c'), op('Relu', ['c'], 'r')],
    weights: { w: random([4, 3, 3, 3], 1) },
    output: 'r',
    ...more,
  };
}

async function layersOf(spec: OnnxSpec, options: OpenOptions = {}): Promise<readonly Layer[]> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, onnxBytes(spec));
  const model = await openModel(path, options);
  await model.dispose();
  return model.layers;
}

describe('a network that leaves height and width open', () => {
  it('is run at the size that is asked for', async () => {
    const [layer] = await layersOf(network(), { inputSize: { height: 12, width: 20 } });
    expect(layer).toMatchObject({ height: 12, width: 20, measurable: false });
  });

  it('is refused without one, with the key and the option that say it', async () => {
    const opened = layersOf(network());
    await expect(opened).rejects.toThrow(UnsupportedModelError);
    await expect(opened).rejects.toThrow(
      /any size \(\?×\?\).*`inputSize: 224`.*source\.models.*--input-size for `unitscope layers`/,
    );
  });

  it('keeps the side that it fixes, and refuses another', async () => {
    const half = network({ input: ['N', 3, 16, 'width'] });
    expect(await layersOf(half, { inputSize: { height: 16, width: 8 } })).toMatchObject([
      { height: 16, width: 8 },
    ]);
    await expect(layersOf(half, { inputSize: { height: 8, width: 8 } })).rejects.toThrow(
      /expected the input size 16×\? that the network itself fixes, found inputSize 8×8/,
    );
  });
});

describe('an input that takes no images', () => {
  it.each([
    ['uint8', /found 'image': uint8 \[\?, 3, 16, 16\]; put a cast in front: .*preprocess: \{scale: 1\}`/],
    ['int8', /found 'image': int8 \[\?, 3, 16, 16\]; put a cast in front: .*mean: 128/],
    ['int64', /found 'image': int64 \[\?, 3, 16, 16\]$/],
  ] as const)('of %s is refused with its type and shape', async (inputType, message) => {
    const nodes = [
      op('Cast', ['image'], 'x', { int: { to: 1 } }),
      conv(['x', 'w'], 'c'),
      op('Relu', ['c'], 'r'),
    ];
    const spec = network({ input: ['N', 3, 16, 16], nodes, inputType });
    await expect(layersOf(spec)).rejects.toThrow(message);
  });

  it('of two dimensions is refused with its shape', async () => {
    await expect(layersOf(network({ input: ['N', 48] }))).rejects.toThrow(
      /found 'image': float32 \[\?, 48\]$/,
    );
  });

  it('of two or four channels is refused for images', () => {
    expect(() => refuseOtherChannels('m.onnx', 2)).toThrow(
      'm.onnx: an image has 1 or 3 channels, the network takes 2',
    );
    expect(() => refuseOtherChannels('m.onnx', 4)).toThrow(UnsupportedModelError);
    expect(() => {
      refuseOtherChannels('m.onnx', 1);
      refuseOtherChannels('m.onnx', 3);
    }).not.toThrow();
  });
});

describe('outputs of a network', () => {
  it('that are no tensors do not matter where the taps are', async () => {
    const sequence = network({
      input: ['N', 3, 16, 16],
      nodes: [conv(['image', 'w'], 'c'), op('Relu', ['c'], 'r'), op('SequenceConstruct', ['r'], 'all')],
      output: 'all',
    });
    expect(await layersOf(sequence)).toMatchObject([{ tap: 'r', measurable: true }]);
  });

  it('that have other rows than images take their layer out, and no other', async () => {
    const patches = network({
      input: ['N', 3, 16, 16],
      nodes: [
        conv(['image', 'w'], 'c'),
        op('Relu', ['c'], 'r'),
        op('Reshape', ['r', 'quarters'], 'p'),
        conv(['p', 'w2'], 'c2'),
        op('Relu', ['c2'], 'r2'),
      ],
      weights: {
        w: random([4, 3, 3, 3], 1),
        w2: random([4, 4, 3, 3], 2),
        quarters: { dims: [4], values: [-1, 4, 8, 8], type: 'int64' },
      },
      output: 'r2',
    });
    expect(await layersOf(patches)).toMatchObject([
      { name: 'c', measurable: true },
      {
        name: 'c2',
        measurable: false,
        reason: 'its output has 4 rows for 1 image: its first dimension is not the image',
      },
    ]);
  });
});

describe('croppable', () => {
  const layer = (height: number, width: number): Promise<readonly Layer[]> =>
    layersOf(network(), { inputSize: { height, width } });

  it('lets a layer be measured whose maps are not square, and says nothing of those that are', async () => {
    const [wide] = await layer(8, 20);
    expect(croppable(wide!, 'refuse')).toBe(wide);
    expect(croppable(wide!, 'crop')).toMatchObject({ height: 8, width: 20, measurable: true });
    expect(croppable(wide!, 'crop')).not.toHaveProperty('reason');
    const [square] = await layer(8, 8);
    expect(croppable(square!, 'crop')).toBe(square);
  });

  it('leaves out a layer whose centred square is too small', async () => {
    const [thin] = await layer(3, 20);
    expect(croppable(thin!, 'crop')).toMatchObject({
      measurable: false,
      reason: 'maps of 3x3: no hole can exist below 4x4',
    });
  });
});
