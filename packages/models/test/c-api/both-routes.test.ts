import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { BirthKernel, scratchFloats } from '@unitscope/topology';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cApiRoute } from '../../src/c-api/c-api-route.ts';
import { releaseLeft } from '../../src/c-api/live-sessions.ts';
import type { Layer } from '../../src/layer.ts';
import type { MapMemory, OpenOptions } from '../../src/model.ts';
import { nativeMemory } from '../../src/native/native-section.ts';
import { openModel } from '../../src/open-model.ts';
import { onnxBytes } from '../onnx-builder.ts';
import { conv, op, random } from '../onnx-parts.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const DIST = pathToFileURL(join(import.meta.dirname, '../../dist/index.js')).href;
const NETWORKS = ['zoo', 'quantised', 'torch/mobile', 'torch/plain', 'torch/residual', 'external'].flatMap(
  (folder) => {
    const files = existing(join(FIXTURES, folder)).filter((name) => name.endsWith('.onnx'));
    return files.map((name) => `${folder}/${name}`);
  },
);
const MOBILE = join(FIXTURES, 'torch/mobile/graph-dynamo-plain.onnx');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-routes-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  delete process.env['UNITSCOPE_ONNX_C_API'];
  delete process.env['UNITSCOPE_ONNX_BLOCKS'];
});

function existing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The kernel's own memory, as the sweep gives it. */
const inKernel = (kernel: BirthKernel, takesBlocks = false): MapMemory => ({
  takesBlocks,
  reserve: (floats, size = 0, block = 1) =>
    kernel.reserve(floats, block === 1 ? 0 : scratchFloats(size, block)),
});

/** Maps in blocks of channels as [image][unit][pixel]. */
function apart(values: Float32Array, pixels: number, units: number, block: number): Float32Array {
  const groups = Math.ceil(units / block);
  const images = values.length / (groups * block * pixels);
  return Float32Array.from({ length: images * units * pixels }, (_, at) => {
    const [map, pixel] = [Math.floor(at / pixels), at % pixels];
    const [image, unit] = [Math.floor(map / units), map % units];
    const group = image * groups + Math.floor(unit / block);
    return values[(group * pixels + pixel) * block + (unit % block)] ?? NaN;
  });
}

interface Pass {
  readonly maps: Record<string, string>;
  /** Births, sums and zeros. */
  readonly births: Record<string, string>;
  /** Layers whose maps came in blocks. */
  readonly blocked: number;
}

/** Digests of every map's bits and every birth, by layer. */
async function pass(
  path: string,
  images: number,
  options: OpenOptions = {},
  { kernel = new BirthKernel(), takesBlocks = false } = {},
): Promise<Pass> {
  const model = await openModel(path, { checkOutputs: false, ...options });
  try {
    const { height, width, channels } = model.input;
    const input = Float32Array.from({ length: images * height * width * channels }, (_, i) =>
      Math.sin(i * i),
    );
    const layers = model.layers.filter(({ measurable }) => measurable);
    const [maps, births]: [Pass['maps'], Pass['births']] = [{}, {}];
    let blocked = 0;
    const onMaps = ({ name, height: size, units }: Layer, values: Float32Array, block: number): void => {
      if (block > 1) blocked++;
      maps[name] = digest(block === 1 ? values : apart(values, size * size, units, block));
      const out = {
        birthRanks: new Uint32Array(images * units),
        sums: new Float64Array(images * units),
        zeros: new Uint32Array(images * units),
      };
      if (block === 1) kernel.measure(values, size, out);
      else kernel.measureBlocked(values, size, { units, block }, out);
      births[name] = [out.birthRanks, out.sums, out.zeros].map(digest).join();
    };
    await model.forward(input, images, layers, onMaps, inKernel(kernel, takesBlocks));
    return { maps, births, blocked };
  } finally {
    await model.dispose();
  }
}

function digest({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

async function byBinding<T>(work: () => Promise<T>): Promise<T> {
  process.env['UNITSCOPE_ONNX_C_API'] = 'off';
  try {
    return await work();
  } finally {
    delete process.env['UNITSCOPE_ONNX_C_API'];
  }
}

let blockedLayers = 0;

describe('the C API beside the binding', () => {
  it('works on this platform, and a switch turns it off', async () => {
    expect(await cApiRoute()).toHaveProperty('library');
    expect(await byBinding(cApiRoute)).toEqual({ problem: 'UNITSCOPE_ONNX_C_API is off' });
  });

  it.each(NETWORKS)('%s: every map has the same bits, and every birth is the same', async (network) => {
    const path = join(FIXTURES, network);
    const [here, there] = [await pass(path, 2), await byBinding(() => pass(path, 2))];
    expect(Object.keys(here.maps).length).toBeGreaterThan(0);
    expect(here).toEqual(there);
  });

  it.each(NETWORKS)(
    '%s: left in blocks of channels, every map, birth and sum is the same',
    async (network) => {
      const path = join(FIXTURES, network);
      process.env['UNITSCOPE_ONNX_BLOCKS'] = 'always';
      const { blocked, ...inBlocks } = await pass(path, 3, {}, { takesBlocks: true });
      process.env['UNITSCOPE_ONNX_BLOCKS'] = 'off';
      const { blocked: none, ...inRows } = await pass(path, 3, {}, { takesBlocks: true });
      expect(inBlocks).toEqual(inRows);
      expect(none).toBe(0);
      blockedLayers += blocked;
    },
  );

  it('layers of those networks were in blocks, where this processor has them', async () => {
    process.env['UNITSCOPE_ONNX_BLOCKS'] = 'always';
    const { blocked } = await pass(MOBILE, 1, {}, { takesBlocks: true });
    // onnxruntime lays channels out in blocks on x64 alone.
    expect(blocked > 0).toBe(process.arch === 'x64');
    expect(blockedLayers >= blocked).toBe(true);
  });

  it('weights of another file, and passes that change over in between, are the same in blocks', async () => {
    const weights = { path: join(FIXTURES, 'torch/mobile/step-1.safetensors') };
    const model = await openModel(MOBILE, { weights, checkOutputs: false });
    const { height, width, channels } = model.input;
    const input = Float32Array.from({ length: height * width * channels }, (_, i) => Math.cos(i * i));
    const kernel = new BirthKernel();
    const layers = model.layers.filter(({ measurable }) => measurable);
    const seen: string[] = [];
    const blocks = new Set<boolean>();
    for (const of = performance.now(); blocks.size < 2 && performance.now() - of < 60_000;) {
      const digests: string[] = [];
      let isBlocked = false;
      await model.forward(
        input,
        1,
        layers,
        ({ height: size, units }, maps, block) => {
          isBlocked ||= block > 1;
          digests.push(digest(block === 1 ? maps : apart(maps, size * size, units, block)));
        },
        inKernel(kernel, true),
      );
      blocks.add(isBlocked);
      seen.push(digests.join());
    }
    await model.dispose();
    expect(new Set(seen).size).toBe(1);
    expect(blocks.size).toBe(process.arch === 'x64' ? 2 : 1);
  }, 90_000);

  it.each(['step-1.pt', 'step-1.safetensors'])('weights of %s: the same', async (name) => {
    const weights = { path: join(FIXTURES, 'torch/mobile', name) };
    const work = (): Promise<Pass> => pass(MOBILE, 3, { weights });
    expect(await work()).toEqual(await byBinding(work));
    expect(await work()).not.toEqual(await pass(MOBILE, 3));
  });

  it('without a place for them, maps are the same too', async () => {
    const sums = async (): Promise<number[]> => {
      const model = await openModel(MOBILE);
      const { height, width, channels } = model.input;
      const found: number[] = [];
      const input = new Float32Array(height * width * channels).fill(0.25);
      await model.forward(
        input,
        1,
        model.layers,
        (_, maps) => void found.push(maps.reduce((a, b) => a + b, 0)),
      );
      await model.dispose();
      return found;
    };
    expect(await sums()).toEqual(await byBinding(sums));
  });

  it('memory that is left for larger memory in between is written no more', async () => {
    const model = await openModel(MOBILE);
    const kernel = new BirthKernel();
    const { height, width, channels } = model.input;
    const passes: string[][] = [];
    for (const images of [1, 40, 1]) {
      const input = new Float32Array(images * height * width * channels).fill(0.5);
      const digests: string[] = [];
      await model.forward(
        input,
        images,
        model.layers,
        (_, maps) => void digests.push(digest(maps.subarray(0, maps.length / images))),
        inKernel(kernel),
      );
      passes.push(digests);
    }
    await model.dispose();
    expect(passes[2]).toEqual(passes[0]);
    expect(passes[1]).toEqual(passes[0]);
  });

  it('what onnxruntime refuses is refused in the same words', async () => {
    const path = join(folder, 'one.onnx');
    await writeFile(
      path,
      onnxBytes({
        input: ['N', 4, 8, 8],
        nodes: [op('Reshape', ['image', 'shape'], 'one'), conv(['one', 'w'], 'c'), op('Relu', ['c'], 'r')],
        weights: { w: random([4, 4, 3, 3], 1), shape: { dims: [4], values: [1, 4, 8, 8], type: 'int64' } },
        output: 'r',
      }),
    );
    const message = (): Promise<string> =>
      pass(path, 2).then(
        () => '',
        (error: unknown) => (error as Error).message,
      );
    const found = await message();
    expect(found).toMatch(/onnxruntime failed on a batch of 2 images: Got invalid dimensions for output: r/);
    expect(found).toBe(await byBinding(message));
  });
});

it('what a thread that is ended leaves behind is released, and its code stays', async () => {
  const native = nativeMemory();
  const held = (): number => new BigUint64Array(native, 8).filter((session) => session !== 0n).length;
  const source = `
    import { parentPort } from 'node:worker_threads';
    import { openModel } from ${JSON.stringify(DIST)};
    await openModel(${JSON.stringify(MOBILE)});
    await openModel(${JSON.stringify(MOBILE)});
    parentPort.postMessage('open');
    setInterval(() => undefined, 1000);`;
  for (let round = 0; round < 3; round++) {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
      workerData: { native },
    });
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    expect(held()).toBe(2);
    await worker.terminate();
    await releaseLeft(native);
    expect(held()).toBe(0);
  }
  expect(Object.keys((await pass(MOBILE, 1)).maps).length).toBeGreaterThan(0);
}, 60_000);

it('where koffi is not installed the binding does it', () => {
  const script = `
    import * as module from 'node:module';
    const without = 'export function resolve(name, context, next) { if (name === "koffi") throw new Error("no koffi here"); return next(name, context); }';
    module.register('data:text/javascript,' + encodeURIComponent(without));
    const { cApiProblem, openModel } = await import(${JSON.stringify(DIST)});
    const model = await openModel(${JSON.stringify(MOBILE)});
    console.log(JSON.stringify([await cApiProblem(), model.layers.length]));`;
  const out = execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  const [problem, layers] = JSON.parse(out) as [unknown, number];
  expect(problem).toBe('no koffi here');
  expect(layers).toBeGreaterThan(3);
}, 60_000);
