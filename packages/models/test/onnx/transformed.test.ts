import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Layer } from '../../src/layer.ts';
import { openModel } from '../../src/open-model.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
let folder: string;
let image: Float32Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-transformed-'));
  const bytes = await readFile(join(FIXTURES, 'zoo/image.f32'));
  image = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
});
afterAll(() => rm(folder, { recursive: true }));

interface Tapped {
  readonly layer: Layer;
  readonly maps: Float32Array;
}

async function tapped(path: string): Promise<Tapped[]> {
  const model = await openModel(path);
  try {
    expect(model.unseen).toEqual([]);
    const found: Tapped[] = [];
    const measured = model.layers.filter(({ measurable }) => measurable);
    await model.forward(image, 1, measured, (layer, maps) => void found.push({ layer, maps: maps.slice() }));
    return found;
  } finally {
    await model.dispose();
  }
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

interface Pair {
  readonly one: Tapped;
  readonly other: Tapped;
  /** The largest difference, in units of the largest value. */
  readonly distance: number;
}

/** Optimisers order and name operations anew: each tap of one network beside the one of the other that is nearest. */
function paired(plain: readonly Tapped[], transformed: readonly Tapped[]): Pair[] {
  const pairs = plain.flatMap((one) =>
    transformed
      .filter(({ layer }) => layer.units === one.layer.units && layer.height === one.layer.height)
      .map((other) => ({
        one,
        other,
        distance: largest(one.maps.map((value, i) => value - other.maps[i]!)) / largest(one.maps),
      })),
  );
  const taken = new Set<Tapped>();
  return pairs
    .sort((a, b) => a.distance - b.distance)
    .filter(({ one, other }) => {
      if (taken.has(one) || taken.has(other)) return false;
      taken.add(one).add(other);
      return true;
    });
}

async function optimised(name: string, level: 'basic' | 'extended' | 'all'): Promise<string> {
  const path = join(folder, `${name}.${level}.onnx`);
  const session = await InferenceSession.create(join(FIXTURES, `zoo/${name}.dynamo.onnx`), {
    graphOptimizationLevel: level,
    optimizedModelFilePath: path,
    logSeverityLevel: 3,
  });
  await session.release();
  return path;
}

describe('a network as onnxruntime optimises it', () => {
  const names = ['convnext', 'efficientnet', 'mobilenet', 'regnet', 'resnetv2_group_norm', 'shufflenet'];

  it.each(names)('%s has the taps of the network as it was', async (name) => {
    const plain = await tapped(join(FIXTURES, `zoo/${name}.dynamo.onnx`));
    for (const level of ['basic', 'extended'] as const) {
      const pairs = paired(plain, await tapped(await optimised(name, level)));
      expect(pairs).toHaveLength(plain.length);
      for (const { one, other, distance } of pairs) {
        expect(distance, `${one.layer.name}, ${level}`).toBeLessThan(1e-5);
        expect(other.layer.activation === null, one.layer.name).toBe(one.layer.activation === null);
      }
    }
  });

  it('is refused where its maps lie in an order of the processor, with the way back', async () => {
    const path = await optimised('regnet', 'all');
    // Only processors with wide registers have such an order.
    const text = (await readFile(path)).toString('latin1');
    if (text.includes('nchwc')) await expect(openModel(path)).rejects.toThrow(/ORT_ENABLE_EXTENDED/);
    else expect(await tapped(path)).not.toEqual([]);
  });
});

describe('a network as onnxruntime quantises it', () => {
  const names = ['densenet', 'mobilenet', 'resnetv2_group_norm', 'shufflenet'];

  it.each(names.flatMap((name) => ['qdq', 'qdq-optimised', 'qoperator'].map((form) => [name, form])))(
    '%s.%s is tapped where the network of floats is, a ReLU that went into the rounding included',
    async (name, form) => {
      const plain = await tapped(join(FIXTURES, `zoo/${name}.dynamo.onnx`));
      const pairs = paired(plain, await tapped(join(FIXTURES, `quantised/${name}.${form}.onnx`)));
      expect(pairs).toHaveLength(plain.length);
      for (const { one, other, distance } of pairs) {
        // Eight bits a layer; a tap elsewhere is further away than its largest value.
        expect(distance, one.layer.name).toBeLessThan(0.5);
        expect(other.layer.activation === null, one.layer.name).toBe(one.layer.activation === null);
      }
    },
  );
});
