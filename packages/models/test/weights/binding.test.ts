import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAblation } from '../../src/ablation/open-ablation.ts';
import { openModel } from '../../src/open-model.ts';
import { bindWeights, readNetwork } from '../../src/weights/read-network.ts';
import { writeBound } from '../../src/weights/write-bound.ts';
import { onnxBytes, type OnnxSpec } from '../onnx-builder.ts';
import { conv, op, random } from '../onnx-parts.ts';
import { safetensorsBytes, withHeader, type Written } from './weight-writer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-binding-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function graph(spec: OnnxSpec): Promise<string> {
  const path = join(folder, 'graph.onnx');
  await writeFile(path, onnxBytes(spec));
  return path;
}

async function weights(tensors: Record<string, Written>, name = 'weights.safetensors'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, safetensorsBytes(tensors));
  return path;
}

function drawn(shape: number[], seed: number): Written {
  return { shape, values: random(shape, seed).values };
}

function filled(shape: number[], value: number): Written {
  return { shape, values: new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(value) };
}

function stored({ shape, values }: Written) {
  return { dims: [...shape], values: [...values] };
}

/** Two convolutions, each with its activation. */
const PLAIN: OnnxSpec = {
  input: ['N', 3, 8, 8],
  nodes: [
    conv(['image', 'a.weight'], 'x'),
    op('Relu', ['x'], 'y'),
    conv(['y', 'b.weight'], 'z'),
    op('Relu', ['z'], 'out'),
  ],
  weights: { 'a.weight': random([4, 3, 3, 3], 1), 'b.weight': random([4, 4, 3, 3], 2) },
  output: 'out',
};
const FITTING = { 'a.weight': drawn([4, 3, 3, 3], 7), 'b.weight': drawn([4, 4, 3, 3], 8) };

describe('binding', () => {
  it('names what is bound and takes off a prefix that all names share', async () => {
    const path = await weights({ 'net.a.weight': FITTING['a.weight'], 'net.b.weight': FITTING['b.weight'] });
    const { binding } = await bindWeights(await graph(PLAIN), { path });
    expect(binding.bound.map(({ parameter, tensor }) => [parameter.name, tensor])).toEqual([
      ['a.weight', 'net.a.weight'],
      ['b.weight', 'net.b.weight'],
    ]);
  });

  it('refuses where two prefixes fit, and takes the one that it is told', async () => {
    const path = await weights({
      'online.a.weight': FITTING['a.weight'],
      'online.b.weight': FITTING['b.weight'],
      'target.a.weight': FITTING['a.weight'],
      'target.b.weight': FITTING['b.weight'],
    });
    const file = await graph(PLAIN);
    await expect(bindWeights(file, { path })).rejects.toThrow(/prefix: … }, one of 'online\.', 'target\.'/);
    const { binding } = await bindWeights(file, { path, prefix: 'target.' });
    expect(binding.names.weights).toBe('target.');
  });

  it('refuses a tensor of a module that is used and that the graph does not read', async () => {
    const path = await weights({ ...FITTING, 'a.bias': drawn([4], 9) });
    await expect(bindWeights(await graph(PLAIN), { path })).rejects.toThrow(
      /'a\.bias' is not in the graph, but others of 'a' are/,
    );
  });

  it('refuses a norm that the graph does not have, also where norms stand in a list of their own', async () => {
    const norm = { 'norms.0.running_mean': drawn([4], 1), 'norms.0.running_var': drawn([4], 2) };
    const path = await weights({ ...FITTING, ...norm });
    await expect(bindWeights(await graph(PLAIN), { path })).rejects.toThrow(
      /the norm 'norms\.0' of the weights is not in the graph: .*folded norms/,
    );
  });

  it('lets an auxiliary head be, which has kernels and norms of its own', async () => {
    const head = {
      'aux.conv.weight': drawn([4, 4, 1, 1], 1),
      'aux.bn.running_mean': drawn([4], 1),
      'aux.bn.running_var': drawn([4], 2),
    };
    const path = await weights({ ...FITTING, ...head });
    const { binding } = await bindWeights(await graph(PLAIN), { path });
    expect(binding.left).toEqual(Object.keys(head));
  });

  it('refuses a parameter that may stand for several tensors which were equal at the export', async () => {
    const shared: OnnxSpec = {
      ...PLAIN,
      nodes: [
        op('Mul', ['image', 'scale.0.gain'], 's'),
        conv(['s', 'a.weight'], 'x'),
        op('PRelu', ['x', 'act.0.weight'], 'y'),
        conv(['y', 'b.weight'], 'z'),
        op('PRelu', ['z', 'act.0.weight'], 'out'),
      ],
      weights: {
        ...PLAIN.weights,
        'act.0.weight': stored(filled([4, 1, 1], 0.25)),
        'scale.0.gain': stored(filled([3, 1, 1], 1)),
      },
    };
    const file = await graph(shared);
    const trained = {
      ...FITTING,
      'scale.0.gain': filled([3, 1, 1], 2),
      'act.0.weight': drawn([4, 1, 1], 3),
      'act.1.weight': drawn([4, 1, 1], 4),
    };
    const path = await weights(trained);
    await expect(bindWeights(file, { path })).rejects.toThrow(
      /'act\.0\.weight' is read in several places and may stand for 'act\.1\.weight' too/,
    );
    const own = { 'a.weight': toWritten(PLAIN, 'a.weight'), 'b.weight': toWritten(PLAIN, 'b.weight') };
    const gains = { 'scale.0.gain': filled([3, 1, 1], 1), 'act.0.weight': filled([4, 1, 1], 0.25) };
    const equal = await weights(
      { ...own, ...gains, 'act.1.weight': filled([4, 1, 1], 0.25) },
      'equal.safetensors',
    );
    await expect(bindWeights(file, { path, exportedFrom: equal })).rejects.toThrow(/the two are equal in/);
    const other = await weights(
      { ...own, ...gains, 'act.1.weight': filled([4, 1, 1], 0.5) },
      'other.safetensors',
    );
    const { binding } = await bindWeights(file, { path, exportedFrom: other });
    expect(binding.bound).toHaveLength(4);
  });

  it('takes tied weights that the file holds twice, and refuses them where the two differ', async () => {
    const tied: OnnxSpec = {
      ...PLAIN,
      nodes: [...PLAIN.nodes.slice(0, 3), conv(['z', 'b.weight'], 'again'), op('Relu', ['again'], 'out')],
    };
    const file = await graph(tied);
    const twice = await weights({ ...FITTING, 'c.weight': FITTING['b.weight'] }, 'twice.safetensors');
    const { binding } = await bindWeights(file, { path: twice });
    expect([binding.bound.length, binding.left]).toEqual([2, []]);
    const differ = await weights({ ...FITTING, 'c.weight': drawn([4, 4, 3, 3], 3) }, 'differ.safetensors');
    await expect(bindWeights(file, { path: differ })).rejects.toThrow(/may stand for 'c\.weight' too/);
  });

  it('finds tied weights by the name that save_model of safetensors left out', async () => {
    const { 'b.weight': kept, ...others } = FITTING;
    const bytes = safetensorsBytes({ ...others, 'other.weight': kept });
    const end = 8 + Number(bytes.readBigUInt64LE());
    const text = bytes.subarray(8, end).toString();
    const said = `{"__metadata__":{"format":"pt","b.weight":"other.weight"},${text.slice(1)}`;
    const path = join(folder, 'saved.safetensors');
    await writeFile(path, withHeader(said, bytes.subarray(end)));
    expect((await bindWeights(await graph(PLAIN), { path })).binding.bound).toHaveLength(2);
  });

  it('lets the ones and zeros be that exporters give to a norm without gains, where the file has none either', async () => {
    const norm = (gain: number): OnnxSpec => ({
      ...PLAIN,
      nodes: [
        op('Constant', [], 'gain', { tensors: { value: stored(filled([4], gain)) } }),
        op('Constant', [], 'none', { tensors: { value: stored(filled([4], 0)) } }),
        conv(['image', 'a.weight'], 'x'),
        op('InstanceNormalization', ['x', 'gain', 'none'], 'y'),
        ...PLAIN.nodes.slice(2),
      ],
    });
    const path = await weights(FITTING);
    const { binding } = await bindWeights(await graph(norm(1)), { path });
    expect(binding.constants.map(({ name }) => name)).toEqual(['gain', 'none']);
    await expect(bindWeights(await graph(norm(2)), { path })).rejects.toThrow(
      /'gain' is a Constant of the graph/,
    );
    const gains = await weights({ ...FITTING, 'n.weight': drawn([4], 3) }, 'gains.safetensors');
    await expect(bindWeights(await graph(norm(1)), { path: gains })).rejects.toThrow(
      /'gain', 'none' of the graph may have been computed from 'n\.weight'/,
    );
  });

  it('asks for the source of the graph where a square factor may have been turned, and finds which it is', async () => {
    const square: OnnxSpec = {
      ...PLAIN,
      nodes: [
        conv(['image', 'a.weight'], 'x'),
        op('Relu', ['x'], 'y'),
        op('MatMul', ['y', 'mix.weight'], 'm'),
        conv(['m', 'b.weight'], 'z'),
        op('Relu', ['z'], 'out'),
      ],
      weights: { ...PLAIN.weights, 'mix.weight': random([8, 8], 5) },
    };
    const file = await graph(square);
    const path = await weights({ ...FITTING, 'mix.weight': drawn([8, 8], 6) });
    await expect(bindWeights(file, { path })).rejects.toThrow(/'mix\.weight' is square.*say exportedFrom/);
    const own = { 'a.weight': toWritten(PLAIN, 'a.weight'), 'b.weight': toWritten(PLAIN, 'b.weight') };
    const values = random([8, 8], 5).values;
    const turnedValues = values.map((_, at) => values[(at % 8) * 8 + Math.floor(at / 8)] ?? NaN);
    for (const [kept, turned] of [
      [values, false],
      [turnedValues, true],
    ] as const) {
      const exportedFrom = await weights(
        { ...own, 'mix.weight': { shape: [8, 8], values: kept } },
        'source.safetensors',
      );
      const { binding } = await bindWeights(file, { path, exportedFrom });
      expect(binding.bound.find(({ tensor }) => tensor === 'mix.weight')).toMatchObject({
        square: true,
        turned,
      });
    }
  });

  it('names the tensor that holds NaN', async () => {
    const path = await weights({ ...FITTING, 'b.weight': filled([4, 4, 3, 3], NaN) });
    await expect(readNetwork(await graph(PLAIN), { weights: { path } })).rejects.toThrow(
      /tensor 'b\.weight': expected finite weights, found NaN or infinity/,
    );
  });

  it('binds what leads to the layers where the head is another, and refuses to ablate through the head of the graph', async () => {
    const headed: OnnxSpec = {
      ...PLAIN,
      nodes: [
        ...PLAIN.nodes,
        op('GlobalAveragePool', ['out'], 'p'),
        op('Flatten', ['p'], 'f'),
        op('Gemm', ['f', 'fc.weight', 'fc.bias'], 'scores', { int: { transB: 1 } }),
      ],
      weights: { ...PLAIN.weights, 'fc.weight': random([10, 4], 3), 'fc.bias': random([10], 4) },
      output: 'scores',
    };
    const file = await graph(headed);
    const path = await weights({ ...FITTING, 'fc.weight': drawn([7, 4], 5), 'fc.bias': drawn([7], 6) });
    const { extent } = await bindWeights(file, { path });
    expect(extent).toBe('layers');
    await expect(openAblation(file, '0', { weights: { path } })).rejects.toThrow(
      /'fc\.weight': expected \[10, 4\], found float32 \[7, 4\]/,
    );
  });

  it('is ablated with the head of the file, as is the network that is written of it', async () => {
    const headed: OnnxSpec = {
      ...PLAIN,
      nodes: [
        ...PLAIN.nodes,
        op('GlobalAveragePool', ['out'], 'p'),
        op('Flatten', ['p'], 'f'),
        op('Gemm', ['f', 'fc.weight', 'fc.bias'], 'scores', { int: { transB: 1 } }),
      ],
      weights: { ...PLAIN.weights, 'fc.weight': random([10, 4], 3), 'fc.bias': random([10], 4) },
      output: 'scores',
    };
    const file = await graph(headed);
    const path = await weights({ ...FITTING, 'fc.weight': drawn([10, 4], 5), 'fc.bias': drawn([10], 6) });
    const full = join(folder, 'full.onnx');
    await writeBound(file, full, { path });
    const image = Float32Array.from(random([3 * 8 * 8], 11).values);
    const scores = async (at: string, options: { weights?: { path: string } }) => {
      const network = await openAblation(at, 'x', options);
      const batch = await network.begin(image, 1);
      try {
        return await batch.scores(Uint8Array.of(0, 1, 0, 0));
      } finally {
        batch.dispose();
        await network.dispose();
      }
    };
    const bound = await scores(file, { weights: { path } });
    expect(bound).toHaveLength(10);
    expect(bound).toEqual(await scores(full, {}));
    expect(bound).not.toEqual(await scores(file, {}));
  });

  it('refuses the weights of an ONNX graph for a network of another format', async () => {
    const path = await weights(FITTING);
    const tfjs = join(import.meta.dirname, '../fixtures/tfjs');
    await expect(openModel(join(tfjs, 'nowhere'), { weights: { path } })).rejects.toThrow(
      /no such checkpoint/,
    );
  });
});

function toWritten({ weights: all }: OnnxSpec, name: string): Written {
  const found = (all as Record<string, { dims: readonly number[]; values: readonly number[] }>)[name]!;
  return { shape: found.dims, values: found.values };
}
