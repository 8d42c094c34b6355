import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TapKind } from '@unitscope/plan';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAblation } from '../../src/ablation/open-ablation.ts';
import { openModel } from '../../src/open-model.ts';
import { numbers, plainConvolution } from '../numbers.ts';

const WIDTH = 6;
const kernel = numbers(3 * 3 * 1 * 2, 3);
const bias = Float32Array.of(0.1, -0.2);
const second = numbers(3 * 3 * 2 * 1, 4);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-graph-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const text = (value: string) => ({ s: Buffer.from(value).toString('base64') });
const float = { type: 'DT_FLOAT' };
const shape = (...sizes: number[]) => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } });

function constant(name: string, sizes: number[]): object {
  return {
    name,
    op: 'Const',
    attr: { dtype: float, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: shape(...sizes).shape } } },
  };
}

function convolution(name: string, op: string, input: string[], more: object = {}): object {
  const list = { list: { i: ['1', '1', '1', '1'] } };
  const attr = {
    T: float,
    strides: list,
    dilations: list,
    padding: text('SAME'),
    data_format: text('NHWC'),
    ...more,
  };
  return { name, op, input, attr };
}

/** Fused conv + bias + ReLU, then a depthwise conv with batch norm folded into a multiplication, and Relu6. */
async function graphModel(name: string, format = 'NHWC', head: object[] = []): Promise<string> {
  const fused = { fused_ops: { list: { s: [text('BiasAdd').s, text('Relu').s] } }, num_args: { i: '1' } };
  const node = [
    { name: 'image', op: 'Placeholder', attr: { dtype: float, shape: shape(-1, WIDTH, WIDTH, 1) } },
    constant('kernel', [3, 3, 1, 2]),
    constant('bias', [2]),
    constant('second', [3, 3, 2, 1]),
    constant('scale', [2]),
    // The file need not be in running order.
    { name: 'relu6', op: 'Relu6', input: ['scaled'], attr: { T: float } },
    { name: 'scaled', op: 'Mul', input: ['depthwise', 'scale'], attr: { T: float } },
    convolution('depthwise', 'DepthwiseConv2dNative', ['fused', 'second'], { data_format: text(format) }),
    convolution('fused', '_FusedConv2D', ['image', 'kernel', 'bias'], fused),
    ...head,
  ];
  const scale = Float32Array.of(2, 3);
  const axes = Int32Array.of(1, 2);
  const weights = Object.entries({ kernel, bias, second, scale, axes });
  const shapes: Record<string, number[]> = {
    kernel: [3, 3, 1, 2],
    bias: [2],
    second: [3, 3, 2, 1],
    scale: [2],
    axes: [2],
  };
  const manifest = weights.map(([key, values]) => ({
    name: key,
    dtype: values instanceof Int32Array ? 'int32' : 'float32',
    shape: shapes[key],
  }));
  const path = join(folder, `${name}.json`);
  await writeFile(
    join(folder, `${name}.bin`),
    Buffer.concat(weights.map(([, values]) => new Uint8Array(values.buffer))),
  );
  const json = {
    format: 'graph-model',
    modelTopology: { node, versions: {} },
    weightsManifest: [{ paths: [`${name}.bin`], weights: manifest }],
  };
  await writeFile(path, JSON.stringify(json));
  return path;
}

describe('a tfjs graph model', () => {
  it('lists its convolutions, fused or not, with what the next layer sees', async () => {
    const model = await openModel(await graphModel('list'), { backend: 'wasm' });
    expect(model.format).toBe('tfjs-graph');
    const common = { units: 2, height: WIDTH, width: WIDTH, norm: null, measurable: true };
    expect(model.layers).toEqual([
      { ...common, name: 'fused', index: 0, kind: 'conv', tap: 'fused', activation: 'Relu' },
      { ...common, name: 'depthwise', index: 1, kind: 'depthwise', tap: 'relu6', activation: 'Relu6' },
    ]);
    await model.dispose();
  });

  it('gives the maps a plain convolution gives', async () => {
    const model = await openModel(await graphModel('maps'), { backend: 'wasm' });
    const images = numbers(2 * WIDTH * WIDTH);
    const maps = new Map<string, Float32Array>();
    await model.forward(images, 2, model.layers, (layer, values) => {
      maps.set(layer.name, Float32Array.from(values));
    });
    // [h, w, in, out] to [out, in, h, w]
    const turned = (values: Float32Array) =>
      Float32Array.from({ length: 18 }, (_, at) => values[(at % 9) * 2 + Math.floor(at / 9)]!);
    const image = images.subarray(WIDTH * WIDTH);
    const first = plainConvolution(image, turned(kernel), { channels: 1, units: 2, size: 3, width: WIDTH });
    const relu = first.map((value, at) => Math.max(0, value + bias[Math.floor(at / WIDTH ** 2)]!));
    const sizes = { channels: 2, units: 2, size: 3, width: WIDTH, groups: 2 };
    const depthwise = plainConvolution(relu, turned(second), sizes);
    for (const [at, value] of depthwise.entries()) {
      expect(maps.get('fused')![relu.length + at]).toBeCloseTo(relu[at]!, 5);
      const relu6 = Math.min(6, Math.max(0, value * (at < WIDTH ** 2 ? 2 : 3)));
      expect(maps.get('depthwise')![depthwise.length + at]).toBeCloseTo(relu6, 5);
    }
    await model.dispose();
  });

  it('knows the L1 norm of each kernel', async () => {
    const model = await openModel(await graphModel('norms'), { backend: 'wasm' });
    const norm = (values: Float32Array, unit: number) =>
      values.reduce((sum, value, at) => sum + (at % 2 === unit ? Math.abs(value) : 0), 0);
    const [fused, depthwise] = model.layers;
    expect((await model.l1Norms(fused!))![1]).toBeCloseTo(norm(kernel, 1), 10);
    expect((await model.l1Norms(depthwise!))![0]).toBeCloseTo(norm(second, 0), 10);
    await model.dispose();
  });

  it('gives what comes before an activation, fused or not', async () => {
    const images = numbers(WIDTH * WIDTH);
    const read = async (tap: TapKind) => {
      const model = await openModel(await graphModel(tap), { backend: 'wasm', tap });
      const maps = new Map<string, Float32Array>();
      await model.forward(images, 1, model.layers, (layer, values) => {
        maps.set(layer.name, Float32Array.from(values));
      });
      const taps = model.layers.map((layer) => [layer.name, layer.tap, layer.activation]);
      const norms = await model.l1Norms(model.layers[0]!);
      await model.dispose();
      return { maps, taps, norms };
    };
    const before = await read('pre-activation');
    const after = await read('after-activation');
    expect(before.taps).toEqual([
      ['fused', 'fused/linear', null],
      ['depthwise', 'scaled', null],
    ]);
    expect(before.norms).toEqual(after.norms);
    for (const [name, highest] of [['fused', Infinity] as const, ['depthwise', 6] as const]) {
      const maps = before.maps.get(name)!;
      expect(maps.some((value) => value < 0)).toBe(true);
      expect(maps.map((value) => Math.min(highest, Math.max(0, value)))).toEqual(after.maps.get(name));
    }
  });

  it('refuses a graph with channels first', async () => {
    const path = await graphModel('first', 'NCHW');
    await expect(openModel(path, { backend: 'wasm' })).rejects.toThrow('found channels first (depthwise)');
  });

  it('is ablated before the activation of a fused convolution, and scored before its softmax', async () => {
    const int = { type: 'DT_INT32' };
    const value = { tensor: { dtype: 'DT_INT32', tensorShape: shape(2).shape } };
    const path = await graphModel('ablated', 'NHWC', [
      { name: 'axes', op: 'Const', attr: { dtype: int, value } },
      { name: 'mean', op: 'Mean', input: ['relu6', 'axes'], attr: { T: float, Tidx: int } },
      { name: 'softmax', op: 'Softmax', input: ['mean'], attr: { T: float } },
    ]);
    const network = await openAblation(path, 'fused', { backend: 'wasm' });
    expect(network).toMatchObject({ classes: 2, layer: { name: 'fused', units: 2, height: WIDTH } });
    const batch = await network.begin(numbers(2 * WIDTH * WIDTH), 2);
    const whole = await batch.maps(Uint8Array.of(0, 0));
    const maps = await batch.maps(Uint8Array.of(0, 1));
    for (const [at, was] of whole.entries()) {
      const unit = Math.floor(at / (WIDTH * WIDTH)) % 2;
      expect(Math.abs(maps[at]!)).toBe(unit === 1 ? 0 : was);
    }
    // The depthwise convolution that follows makes nothing of nothing; before the softmax that is 0.
    const scores = await batch.scores(Uint8Array.of(0, 1));
    expect([scores[1], scores[3]]).toEqual([0, 0]);
    expect((await batch.scores(Uint8Array.of(0, 0)))[1]).toBeGreaterThan(0);
    batch.dispose();
    await network.dispose();
  });
});
