import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OpenOptions } from '../../src/model.ts';
import { openModel } from '../../src/open-model.ts';
import { openWeights } from '../../src/weights/open-weights.ts';
import { boundDigest } from '../../src/weights/read-network.ts';
import { readFloats } from '../../src/weights/read-tensor.ts';

/** Made by fixtures/torch/make.py: what PyTorch wrote, and the maps that it made of two images. */
const FIXTURES = join(import.meta.dirname, '../fixtures/torch');

function fixture(network: string, file: string): string {
  return join(FIXTURES, network, file);
}

interface Maps {
  readonly image: Float32Array;
  /** Of each activation, in the order of the calls. */
  readonly activations: readonly Float32Array[];
}

async function pytorch(network: string): Promise<Maps> {
  const path = fixture(network, 'maps-1.safetensors');
  const tensors = [...((await openWeights(path)).sets.get('') ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const values = await readFloats(
    path,
    tensors.map(([, tensor]) => tensor),
  );
  const at = tensors.findIndex(([name]) => name === 'image');
  const activations = values.filter((_, index) => index !== at);
  return { image: values[at]!, activations };
}

/** The largest difference of each layer with an activation to the nearest of PyTorch's activations. */
async function differences(
  network: string,
  graph: string,
  weights: OpenOptions['weights'],
): Promise<number[]> {
  const { image, activations } = await pytorch(network);
  const model = await openModel(fixture(network, graph), weights === undefined ? {} : { weights });
  try {
    const found: number[] = [];
    // A gate behind the activation is no call of an activation in PyTorch.
    const layers = model.layers.filter(({ activation }) => activation !== null && !activation.includes('+'));
    await model.forward(image, 2, layers, (_layer, maps) => {
      const same = activations.filter(({ length }) => length === maps.length);
      found.push(Math.min(...same.map((other) => largestDifference(maps, other))));
    });
    return found;
  } finally {
    await model.dispose();
  }
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? NaN))), 0);
}

const GRAPHS = ['graph-dynamo-plain.onnx', 'graph-legacy-plain.onnx'];
const DRESSES = [
  'step-1.pt',
  'step-1.safetensors',
  'ddp-1.pt',
  'compiled-1.pt',
  'lightning-1.ckpt',
  'views-1.pt',
  'model.safetensors.index.json',
];

describe('a graph with the weights of another file', () => {
  it.each(DRESSES.flatMap((file) => GRAPHS.map((graph) => ['mobile', file, graph] as const)))(
    'has the maps of PyTorch: %s, %s, %s',
    async (network, file, graph) => {
      const found = await differences(network, graph, { path: fixture(network, file) });
      expect(found).toHaveLength(4);
      for (const difference of found) expect(difference).toBeLessThan(1e-5);
    },
  );

  it.each(
    GRAPHS.flatMap((graph) => ['step-1.pt', 'step-1.safetensors'].map((file) => [graph, file] as const)),
  )('has those of a residual network with batch norms: %s, %s', async (graph, file) => {
    const found = await differences('residual', graph, { path: fixture('residual', file) });
    expect(found).toHaveLength(3);
    for (const difference of found) expect(difference).toBeLessThan(1e-5);
  });

  it('has other maps with its own weights, so that the comparison tells', async () => {
    const found = await differences('mobile', GRAPHS[0]!, undefined);
    expect(Math.min(...found)).toBeGreaterThan(0.1);
  });

  it.each(['half-1.pt', 'bfloat16-1.safetensors'])('reads %s, whose values are rounded', async (file) => {
    const found = await differences('mobile', GRAPHS[0]!, { path: fixture('mobile', file) });
    expect(Math.max(...found)).toBeGreaterThan(0);
    expect(Math.max(...found)).toBeLessThan(0.1);
  });

  it('is one checkpoint whatever file its weights came in, and another with other weights', async () => {
    const graph = fixture('mobile', GRAPHS[0]!);
    const digestOf = async (file: string) =>
      (await boundDigest(graph, { path: fixture('mobile', file) })).digest;
    const same = new Set(await Promise.all(DRESSES.map(digestOf)));
    expect(same.size).toBe(1);
    expect(same).not.toContain(await digestOf('step-0.pt'));
  });

  it('takes the set that it is told, where there are several', async () => {
    const path = fixture('mobile', 'two-candidates-1.pt');
    await expect(differences('mobile', GRAPHS[0]!, { path })).rejects.toThrow(
      /say which is meant by weights: { inside: … }, one of 'model', 'ema'/,
    );
    const found = await differences('mobile', GRAPHS[0]!, { path, inside: 'model' });
    expect(Math.max(...found)).toBeLessThan(1e-5);
  });

  it('is compared to the bit with the file that the graph came from', async () => {
    const path = fixture('mobile', 'step-1.pt');
    const found = await differences('mobile', GRAPHS[0]!, {
      path,
      exportedFrom: fixture('mobile', 'step-0.pt'),
    });
    expect(Math.max(...found)).toBeLessThan(1e-5);
    await expect(differences('mobile', GRAPHS[0]!, { path, exportedFrom: path })).rejects.toThrow(
      /'stem\.weight' is not 'stem\.weight' of .*step-1\.pt, bit for bit/,
    );
  });

  it.each([
    ['mobile', 'graph-dynamo.onnx'],
    ['mobile', 'graph-legacy.onnx'],
    ['residual', 'graph-dynamo.onnx'],
    ['residual', 'graph-legacy.onnx'],
  ])('is refused where the exporter has folded norms into kernels: %s, %s', async (network, graph) => {
    for (const extra of [{}, { exportedFrom: fixture(network, 'step-0.pt') }])
      await expect(
        differences(network, graph, { path: fixture(network, 'step-1.pt'), ...extra }),
      ).rejects.toThrow(
        /folded norms.*optimize=False.*do_constant_folding=False, training=torch\.onnx\.TrainingMode\.PRESERVE/,
      );
  });

  it.each([
    ['missing-one.safetensors', /'stem\.weight' has no tensor/],
    ['wrong-shape.safetensors', /'stem\.weight': expected \[8, 3, 3, 3\], found float32 \[8, 3, 1, 3\]/],
    ['model-00001-of-00002.safetensors', /has no tensor/],
    ['old-format-1.pt', /before 1\.6; save it anew: python -c/],
    ['whole-module-1.pt', /holds a whole module.*you trust the file.*\.state_dict\(\)/],
  ])('is refused by name where the weights do not fit: %s', async (file, message) => {
    await expect(differences('mobile', GRAPHS[0]!, { path: fixture('mobile', file) })).rejects.toThrow(
      message,
    );
  });
});
