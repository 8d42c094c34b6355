import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelFiles } from '../../src/files/model-files.ts';
import { openModel } from '../../src/open-model.ts';
import { reinitialiseOnnx } from '../../src/rescaling/reinitialise-onnx.ts';
import { rescaleModel } from '../../src/rescaling/rescale.ts';
import { numbers } from '../numbers.ts';

// One network of two convolutions: in one file (whole), with its weights in net.bin (net), and the same with the
// location written `./net.bin` (dot).
const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'external');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-copies-'));
  await cp(FIXTURES, folder, { recursive: true });
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

async function measured(path: string): Promise<{ norms: (Float64Array | null)[]; maps: Float32Array[] }> {
  const model = await openModel(path);
  const maps: Float32Array[] = [];
  const norms = [];
  for (const layer of model.layers) norms.push(await model.l1Norms(layer));
  await model.forward(numbers(3 * 14 * 14, 7), 3, model.layers, (_, made) => {
    maps.push(made.slice());
  });
  await model.dispose();
  return { norms, maps };
}

async function digests(): Promise<Record<string, string>> {
  const names = await readdir(FIXTURES);
  const found = await Promise.all(
    names.map(async (name) => {
      const hash = createHash('sha256').update(await readFile(at(name)));
      return [name, hash.digest('hex')] as const;
    }),
  );
  return Object.fromEntries(found);
}

describe('copies of a network whose weights lie in a file beside it', () => {
  it('measure as the network in one file does', async () => {
    const whole = await measured(at('whole.onnx'));
    expect(await measured(at('net.onnx'))).toEqual(whole);
    expect(await measured(at('dot.onnx'))).toEqual(whole);
    expect((await modelFiles(at('dot.onnx'))).files.map(({ name }) => name)).toEqual(['dot.onnx', 'net.bin']);
  });

  it('are random networks of their own, those that the network in one file gives', async () => {
    for (const seed of [1, 2, 3])
      for (const name of ['net', 'dot', 'whole'])
        await reinitialiseOnnx(at(`${name}.onnx`), at(`copies/${name}-${seed}.onnx`), seed);
    const first = await measured(at('copies/whole-1.onnx'));
    for (const seed of [1, 2, 3]) {
      const whole = await measured(at(`copies/whole-${seed}.onnx`));
      expect(await measured(at(`copies/net-${seed}.onnx`))).toEqual(whole);
      expect(await measured(at(`copies/dot-${seed}.onnx`))).toEqual(whole);
      if (seed > 1) expect(whole.norms).not.toEqual(first.norms);
    }
    const { files } = await modelFiles(at('copies/net-2.onnx'));
    expect(files.map(({ name }) => name)).toEqual(['net-2.onnx', 'net-2.onnx.data']);
  });

  it('leave every file of the source as it was, in its own folder too', async () => {
    const before = await digests();
    for (const name of ['net', 'dot']) {
      await rescaleModel(at(`${name}.onnx`), at(`${name}-2.onnx`), { layer: 'conv1', factor: 2 });
      await reinitialiseOnnx(at(`${name}.onnx`), at(`${name}-random.onnx`), 1);
    }
    expect(await digests()).toEqual(before);
    const [trained, doubled] = [await measured(at('net.onnx')), await measured(at('net-2.onnx'))];
    expect(doubled.norms[0]).toEqual(trained.norms[0]?.map((norm) => 2 * norm));
    expect(doubled.norms[1]).toEqual(trained.norms[1]?.map((norm) => norm / 2));
    expect(await measured(at('dot-2.onnx'))).toEqual(doubled);
  });

  it('take no name of the source', async () => {
    const before = await digests();
    const refused = rescaleModel(at('net.onnx'), at('net.onnx'), { layer: 'conv1', factor: 2 });
    await expect(refused).rejects.toThrow('expected another file than those of');
    await expect(reinitialiseOnnx(at('whole.onnx'), at('whole.onnx'), 1)).rejects.toThrow(
      'give the copy another name',
    );
    expect(await digests()).toEqual(before);
  });
});
