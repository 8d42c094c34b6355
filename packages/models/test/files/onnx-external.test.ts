import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelFiles } from '../../src/files/model-files.ts';
import { openModel } from '../../src/open-model.ts';
import { oneConvolution, outside, tensorBytes } from './external-network.ts';

const KERNEL = Float32Array.of(1, -2, 3, -4);
const BYTES = new Uint8Array(KERNEL.buffer);
const DIMS = [4, 1, 1, 1];
const TENSOR = 4;
const GRAPH = 5;

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'unitscope-external-')));
  await writeFile(join(folder, 'secret.bin'), BYTES);
  await mkdir(join(folder, 'run'));
  await writeFile(join(folder, 'run', 'w.bin'), BYTES);
  await symlink(join(folder, 'secret.bin'), join(folder, 'run', 'link.bin'));
  await symlink(join(folder, 'run', 'w.bin'), join(folder, 'run', 'inner.bin'));
  await symlink(folder, join(folder, 'run', 'up'));
  await mkdir(join(folder, 'run', 'folder.bin'));
  execFileSync('mkfifo', [join(folder, 'run', 'pipe.bin')]);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

let count = 0;
async function put(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'run', `model-${count++}.onnx`);
  await writeFile(path, bytes);
  return path;
}

async function norms(path: string): Promise<{ norms: number[]; maps: number[] }> {
  const model = await openModel(path);
  try {
    const [layer] = model.layers;
    if (layer === undefined) throw new Error('no layer');
    const found = [...((await model.l1Norms(layer)) ?? [])];
    const maps: number[] = [];
    await model.forward(new Float32Array(36).fill(1), 1, [layer], (_, made) => {
      for (let unit = 0; unit < 4; unit++) maps.push(made[unit * 36] ?? NaN);
    });
    return { norms: found, maps };
  } finally {
    await model.dispose();
  }
}

/** Every place of a model where a tensor may stand, naming a file. */
const PLACES: Record<string, (location: string) => Parameters<typeof oneConvolution>[0]> = {
  'an initializer': (location) => ({ initializers: [outside('w', DIMS, { location })] }),
  'an attribute of a node': (location) => ({
    kernelNode: {
      opType: 'Constant',
      output: ['w'],
      attribute: [{ name: 'value', type: TENSOR, t: [tensorBytes(outside('', DIMS, { location }))] }],
    },
  }),
  'a list of tensors in an attribute': (location) => ({
    initializers: [outside('w', DIMS, { location: 'w.bin' })],
    nodes: [
      {
        opType: 'Identity',
        input: ['y'],
        output: ['z'],
        attribute: [{ name: 'more', type: 9, tensors: [outside('', DIMS, { location })] }],
      },
    ],
  }),
  'a sparse initializer': (location) => ({
    sparse: [
      {
        values: outside('w', [4], { location }),
        indices: {
          dims: [4],
          dataType: 7,
          rawData: new Uint8Array(BigInt64Array.of(0n, 1n, 2n, 3n).buffer),
        },
        dims: DIMS,
      },
    ],
  }),
  'a sparse tensor in an attribute': (location) => ({
    initializers: [outside('w', DIMS, { location: 'w.bin' })],
    nodes: [
      {
        opType: 'Identity',
        input: ['y'],
        output: ['z'],
        attribute: [{ name: 's', type: 11, sparseTensor: { values: outside('', DIMS, { location }) } }],
      },
    ],
  }),
  'a sub-graph': (location) => ({
    initializers: [outside('w', DIMS, { location: 'w.bin' })],
    nodes: [
      {
        opType: 'If',
        input: ['y'],
        output: ['z'],
        attribute: [
          {
            name: 'then_branch',
            type: GRAPH,
            g: { name: 'then', initializer: [outside('v', DIMS, { location })] },
          },
        ],
      },
    ],
  }),
  'a function': (location) => ({
    initializers: [outside('w', DIMS, { location: 'w.bin' })],
    functions: [
      {
        name: 'unused',
        domain: 'local',
        opsetImport: [{ domain: '', version: 17 }],
        output: ['v'],
        node: [
          {
            opType: 'Constant',
            output: ['v'],
            attribute: [{ name: 'value', type: TENSOR, t: [tensorBytes(outside('', DIMS, { location }))] }],
          },
        ],
      },
    ],
  }),
  'training information': (location) => ({
    initializers: [outside('w', DIMS, { location: 'w.bin' })],
    training: [{ algorithm: { name: 'a', initializer: [outside('m', DIMS, { location })] } }],
  }),
  'an initializer that does not say that its values lie there': (location) => ({
    initializers: [outside('w', DIMS, { location }, { stray: true })],
  }),
};

describe('files that an ONNX network names', () => {
  for (const [place, parts] of Object.entries(PLACES)) {
    it(`are refused outside the folder of the network: ${place}`, async () => {
      for (const location of [
        '../secret.bin',
        join(folder, 'secret.bin'),
        'x/../../secret.bin',
        'C:\\w.bin',
      ]) {
        const path = await put(oneConvolution(parts(location)));
        await expect(modelFiles(path)).rejects.toThrow(`'${location}', outside the model's folder`);
        await expect(openModel(path)).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
      }
      for (const link of ['link.bin', 'up/secret.bin']) {
        const path = await put(oneConvolution(parts(link)));
        const message = `its file '${link}' is a link to ${join(folder, 'secret.bin')}, outside the model's folder`;
        await expect(modelFiles(path)).rejects.toThrow(message);
        await expect(openModel(path)).rejects.toThrow(message);
      }
    });

    it(`are listed, looked at and checked for their length: ${place}`, async () => {
      const good = await put(oneConvolution(parts('./inner.bin')));
      const names = (await modelFiles(good)).files.map(({ name }) => name).slice(1);
      expect(names).toContain('inner.bin');
      for (const [location, message] of [
        ['gone.bin', 'its file gone.bin is missing'],
        ['folder.bin', "expected a file 'folder.bin', found a folder"],
        ['pipe.bin', "expected a file 'pipe.bin', found no regular file"],
        ['', "lie in '', outside the model's folder"],
      ] as const) {
        await expect(modelFiles(await put(oneConvolution(parts(location))))).rejects.toThrow(message);
      }
    });
  }

  it('give the network that one file gives: initializers, constants and sparse tensors', async () => {
    const whole = await norms(
      await put(oneConvolution({ initializers: [{ name: 'w', dims: DIMS, dataType: 1, rawData: BYTES }] })),
    );
    expect(whole).toEqual({ norms: [1, 2, 3, 4], maps: [1, 0, 3, 0] });
    for (const place of ['an initializer', 'an attribute of a node'])
      expect(await norms(await put(oneConvolution(PLACES[place]!('w.bin'))))).toEqual(whole);
    const sparse = await norms(await put(oneConvolution(PLACES['a sparse initializer']!('w.bin'))));
    expect(sparse.maps).toEqual(whole.maps);
  });

  it('are not read where a tensor has its values itself, by onnxruntime as by the L1 norm', async () => {
    const parts = PLACES['an initializer that does not say that its values lie there']!('w.bin');
    expect(await norms(await put(oneConvolution(parts)))).toEqual({
      norms: [0, 0, 0, 0],
      maps: [0, 0, 0, 0],
    });
  });

  it('are found in a tensor that is written in two parts', async () => {
    const whole = tensorBytes(outside('', DIMS, { location: '../secret.bin' }));
    // Its last field, of two bytes, says that the values lie elsewhere; protobuf puts both parts together.
    const parts = [whole.subarray(0, -2), whole.subarray(-2)];
    const attribute = [{ name: 'value', type: TENSOR, t: parts }];
    const path = await put(oneConvolution({ kernelNode: { opType: 'Constant', output: ['w'], attribute } }));
    await expect(modelFiles(path)).rejects.toThrow("'../secret.bin', outside the model's folder");
  });

  it('are refused where they are shorter than what is read, or the place is said wrongly', async () => {
    for (const [place, message] of [
      [{ location: 'w.bin', offset: 4 }, "its file 'w.bin' should hold at least 20 bytes and holds 16"],
      [
        { location: 'w.bin', length: 12 },
        "expected 16 bytes of [4, 1, 1, 1] in 'w.bin', found a length of 12",
      ],
      [{ location: 'w.bin', offset: '-4' }, "expected bytes as its offset, found '-4'"],
      [{ location: 'w.bin', offset: '1e99' }, "expected bytes as its offset, found '1e99'"],
    ] as const) {
      const path = await put(oneConvolution({ initializers: [outside('w', DIMS, place)] }));
      await expect(modelFiles(path)).rejects.toThrow(message);
      await expect(openModel(path)).rejects.toThrow(message);
    }
    const overlapping = oneConvolution({
      initializers: [
        outside('w', DIMS, { location: 'w.bin' }),
        ...[1, 2, 3].map((first) =>
          outside(`v${first}`, [3 - first + 1], { location: 'w.bin', offset: 4 * first }),
        ),
      ],
    });
    await expect(openModel(await put(overlapping))).rejects.toThrow("its tensors overlap in 'w.bin'");
  });

  it('may be links of one folder, as in the cache of Hugging Face', async () => {
    const blobs = join(folder, 'cache', 'blobs');
    const snapshot = join(folder, 'cache', 'snapshots', 'a1');
    await mkdir(blobs, { recursive: true });
    await mkdir(snapshot, { recursive: true });
    await writeFile(
      join(blobs, '11'),
      oneConvolution({ initializers: [outside('w', DIMS, { location: 'model.onnx_data' })] }),
    );
    await writeFile(join(blobs, '22'), BYTES);
    await symlink('../../blobs/11', join(snapshot, 'model.onnx'));
    await symlink('../../blobs/22', join(snapshot, 'model.onnx_data'));
    expect((await norms(join(snapshot, 'model.onnx'))).norms).toEqual([1, 2, 3, 4]);
    await rm(join(snapshot, 'model.onnx_data'));
    await symlink(join(folder, 'secret.bin'), join(snapshot, 'model.onnx_data'));
    await expect(openModel(join(snapshot, 'model.onnx'))).rejects.toThrow('outside the model');
  });
});
