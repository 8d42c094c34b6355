import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWeights } from '../../src/weights/open-weights.ts';
import { readFloats } from '../../src/weights/read-tensor.ts';
import { safetensorsBytes, storedZip, withHeader } from './weight-writer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-hostile-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function written(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

describe('a .safetensors file that lies', () => {
  const entry = (from: number, to: number, shape = [(to - from) / 4]) => ({
    dtype: 'F32',
    shape,
    data_offsets: [from, to],
  });
  const file = (header: unknown, data = 8) => withHeader(JSON.stringify(header), Buffer.alloc(data));
  it.each([
    [
      'of a header of 2⁶³ bytes',
      withHeader('{}', Buffer.alloc(0), 2n ** 63n),
      /a header that would have 9223372036854775808 bytes/,
    ],
    [
      'of a header beyond its end',
      withHeader('{}', Buffer.alloc(0), 1000n),
      /a header that would have 1000 bytes/,
    ],
    [
      'of overlapping tensors',
      file({ a: entry(0, 8), b: entry(4, 8) }),
      /'b' at bytes 4 to 8 of 8, where 8 is next/,
    ],
    ['of data beyond its end', file({ a: entry(0, 80) }), /'a' at bytes 0 to 80 of 8/],
    ['of sizes', file({ a: entry(0, 8, [3]) }), /8 bytes for 'a', float32 \[3\]/],
    ['of negative sizes', file({ a: entry(0, 8, [-2]) }), /says nothing true of 'a'/],
    [
      'of sizes whose product overflows',
      file({ a: entry(0, 8, [2 ** 40, 2 ** 40]) }),
      /says nothing true of 'a'/,
    ],
    [
      'of one name twice',
      withHeader(`{"a":${JSON.stringify(entry(0, 4))},"a":${JSON.stringify(entry(4, 8))}}`, Buffer.alloc(8)),
      /'a' at bytes 4 to 8 of 8, where 0 is next/,
    ],
    ['of data that no tensor has', file({ a: entry(0, 4) }), /4 bytes that belong to no tensor/],
    ['and is no JSON', withHeader('{"a"', Buffer.alloc(0)), /no JSON object/],
    ['and is empty', Buffer.alloc(0), /found 0 bytes/],
  ])('%s is refused', async (_what, bytes, message) => {
    await expect(openWeights(await written('lies.safetensors', bytes))).rejects.toThrow(message);
  });

  it('is refused wherever it is cut', async () => {
    const whole = safetensorsBytes({ a: { shape: [3], values: [1, 2, 3] } });
    for (let length = 0; length < whole.length; length++)
      await expect(openWeights(await written('cut.safetensors', whole.subarray(0, length)))).rejects.toThrow(
        /expected a safetensors file/,
      );
  });
});

describe('an index over shards', () => {
  const index = (map: unknown) =>
    written('model.safetensors.index.json', JSON.stringify({ weight_map: map }));
  it('is refused where it leads out of its folder, or to what is missing', async () => {
    await expect(openWeights(await index({ a: '../../etc/passwd' }))).rejects.toThrow(
      /outside the model's folder/,
    );
    await expect(openWeights(await index({ a: '/etc/passwd' }))).rejects.toThrow(
      /outside the model's folder/,
    );
    await expect(openWeights(await index({ a: 'model-1.safetensors' }))).rejects.toThrow(
      /model-1\.safetensors is missing/,
    );
  });

  it('is refused where a shard is a link out of its folder', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'unitscope-outside-'));
    const secret = join(outside, 'secret.safetensors');
    await writeFile(secret, safetensorsBytes({ a: { shape: [1], values: [1] } }));
    await symlink(secret, join(folder, 'linked.safetensors'));
    await expect(openWeights(await index({ a: 'linked.safetensors' }))).rejects.toThrow(/is a link to/);
    await rm(outside, { recursive: true });
  });

  it('is refused where a shard has not the tensor', async () => {
    await written('other.safetensors', safetensorsBytes({ b: { shape: [1], values: [1] } }));
    await expect(openWeights(await index({ a: 'other.safetensors' }))).rejects.toThrow(
      /expected tensor 'a' in other\.safetensors, found none/,
    );
  });
});

/** A pickle in text, as protocol 0 writes it. */
function pickle(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** {'w': tensor of `count` float32 with these strides in the storage '0'} */
function tensorPickle(count: number, elements = count, stride = 1): Buffer {
  return pickle(
    `(dS'w'\nctorch._utils\n_rebuild_tensor_v2\n((S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI${elements}\ntQI0\n(I${count}\nt(I${stride}\ntI00\nccollections\nOrderedDict\n(tRtRs.`,
  );
}

describe('a file of torch.save that is hostile', () => {
  it('has nothing of it run, and what it would have called is said', async () => {
    const mark = join(folder, 'was-here');
    const call = `cos\nsystem\n(S'touch ${mark}'\ntR0`;
    const body = tensorPickle(2).toString('latin1');
    const path = await written(
      'evil.pt',
      storedZip([
        ['archive/data.pkl', pickle(call + body)],
        ['archive/data/0', new Uint8Array(Float32Array.of(1, 2).buffer)],
      ]),
    );
    const { sets, opaque } = await openWeights(path);
    expect([...(sets.get('')?.keys() ?? [])]).toEqual(['w']);
    expect(opaque).toEqual(['os.system']);
    expect(existsSync(mark)).toBe(false);
  });

  it('is refused where a call stands in the place of a tensor, which is named and not made', async () => {
    const mark = join(folder, 'was-there');
    const path = await written(
      'in-place.pt',
      storedZip([
        ['archive/data.pkl', pickle(`(dS'w'\ncos\nsystem\n(S'touch ${mark}'\ntRs.`)],
        ['archive/data/0', new Uint8Array(8)],
      ]),
    );
    await expect(openWeights(path)).rejects.toThrow(
      /expected tensors by name.*found 'w', what os\.system would make; it was not called/,
    );
    expect(existsSync(mark)).toBe(false);
  });

  it('is refused without advice to load it where it is nothing but a call', async () => {
    const path = await written(
      'call.pt',
      storedZip([['archive/data.pkl', pickle("cos\nsystem\n(S'true'\ntR.")]]),
    );
    await expect(openWeights(path)).rejects.toThrow(/found what os\.system would make; it was not called$/);
  });

  it.each([
    [
      'a tensor reaches beyond its storage',
      tensorPickle(5, 2),
      /tensor 'w': expected float32 \[5\] within its data of 8 bytes/,
    ],
    [
      'a storage says more than it holds',
      tensorPickle(5, 5),
      /tensor 'w': expected float32 \[5\] within its data of 8 bytes/,
    ],
    ['strides lead backwards', tensorPickle(2, 2, -1), /tensor 'w'/],
    ['its pickle is cut', tensorPickle(2).subarray(0, 40), /expected a pickle in data\.pkl/],
    ['its pickle has an opcode of nobody', pickle('\xff.'), /opcode 0xff/],
    ['its pickle refers to nothing', pickle('g7\n.'), /a reference 7 to nothing/],
    [
      'its pickle would fill the memory',
      pickle(`${')'.repeat(2_000_001)}.`),
      /more objects than any state of a training has/,
    ],
    [
      'one long list is made a dictionary again and again',
      pickle(`](${"(S'k'\nNt".repeat(1001)}ep0\n${'0ccollections\nOrderedDict\n(g0\ntR'.repeat(1000)}.`),
      /dictionaries of more than 1000000 pairs/,
    ],
    [
      'a tensor has more axes than PyTorch allows',
      Buffer.from(
        tensorPickle(1)
          .toString('latin1')
          .replace('(I1\nt(I1', `(${'I1\n'.repeat(65)}t(I1`),
      ),
      /found 'w', what torch\._utils\._rebuild_tensor_v2 would make/,
    ],
    [
      'a function has a name of a megabyte',
      pickle(`c${'x'.repeat(1 << 20)}\ny\n.`),
      /a name of a function that is too long/,
    ],
  ])('is refused where %s', async (_what, data, message) => {
    const path = await written(
      'lies.pt',
      storedZip([
        ['archive/data.pkl', data],
        ['archive/data/0', new Uint8Array(8)],
      ]),
    );
    await expect(openWeights(path)).rejects.toThrow(message);
  });

  it('is refused where two entries have one name', async () => {
    const path = await written(
      'twice.pt',
      storedZip([
        ['archive/data.pkl', tensorPickle(2)],
        ['archive/data/0', new Uint8Array(8)],
        ['archive/data/0', new Uint8Array(8).fill(1)],
      ]),
    );
    await expect(openWeights(path)).rejects.toThrow(/two entries called 'archive\/data\/0'/);
  });

  it('is refused where its entries are packed, be they a bomb', async () => {
    const packed = deflateRawSync(Buffer.alloc(50 << 20));
    const zip = storedZip([
      ['archive/data.pkl', tensorPickle(2)],
      ['archive/data/0', packed],
    ]);
    for (const signature of [Buffer.from('504b0304', 'hex'), Buffer.from('504b0102', 'hex')]) {
      const at = zip.lastIndexOf(signature);
      zip.writeUInt16LE(8, at + (signature[2] === 3 ? 8 : 10));
      zip.writeUInt32LE(50 << 20, at + (signature[2] === 3 ? 22 : 24));
    }
    await expect(openWeights(await written('bomb.pt', zip))).rejects.toThrow(
      /data\/0 stored as it is, found it packed; save it anew/,
    );
  });

  it('says of numbers that no network here has what they are', async () => {
    const complex = tensorPickle(2).toString('latin1').replace('FloatStorage', 'ComplexFloatStorage');
    const path = await written(
      'complex.pt',
      storedZip([
        ['archive/data.pkl', pickle(complex)],
        ['archive/data/0', new Uint8Array(16)],
      ]),
    );
    await expect(openWeights(path)).rejects.toThrow(/'w', numbers of type ComplexFloat, which are not read/);
  });

  it('is refused wherever it is cut', async () => {
    const whole = await readFile(join(import.meta.dirname, '../fixtures/torch/mobile/step-1.pt'));
    for (let length = 0; length < whole.length; length += 997)
      await expect(openWeights(await written('cut.pt', whole.subarray(0, length)))).rejects.toThrow(
        /cut\.pt/,
      );
  });
});

describe('a file of another kind', () => {
  it.each([
    ['empty.pt', '', /empty\.pt: expected weights .*, found an empty file/],
    ['text.pt', 'hello, this is no weights', /found something else/],
    [
      'pointer.safetensors',
      'version https://git-lfs.github.com/spec/v1\n',
      /pointer of Git LFS.*git lfs pull/,
    ],
    ['model.weights.h5', '\x89HDF\r\n\x1a\n', /Keras.*load_weights\("[^"]*model\.weights\.h5"\)/],
    ['model.keras', 'anything', /Keras.*keras\.models\.load_model\("[^"]*model\.keras"\)/],
  ])('is refused with what it is, and the way out: %s', async (name, text, message) => {
    await expect(openWeights(await written(name, Buffer.from(text, 'latin1')))).rejects.toThrow(message);
  });

  it('is read as what it is, whatever its ending', async () => {
    const bytes = safetensorsBytes({ a: { shape: [2], values: [1, 2] } });
    const { sets } = await openWeights(await written('really-safe.pt', bytes));
    expect([...(sets.get('')?.keys() ?? [])]).toEqual(['a']);
  });
});

/** An array as numpy.save writes it. */
function npy(dictionary: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(dictionary.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    length,
    Buffer.from(dictionary, 'latin1'),
    data,
  ]);
}

describe('a file of numpy.savez', () => {
  const six = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);
  const dictionary = (shape: string, descr = '<f4', fortran = 'False') =>
    `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

  it('is read by the names of its arrays, those of Fortran in the order of their indices', async () => {
    const path = await written(
      'a.npz',
      storedZip([
        ['plain.npy', npy(dictionary('(2, 3)'), six)],
        ['turned.npy', npy(dictionary('(2, 3)', '<f4', 'True'), six)],
        ['other.npy', npy(dictionary('(2,)', '|O'), six)],
        ['number.npy', npy(dictionary('()', '<f8'), new Uint8Array(8))],
      ]),
    );
    const { sets, unread } = await openWeights(path);
    const tensors = sets.get('')!;
    expect([...tensors.keys()]).toEqual(['plain', 'turned', 'number']);
    const [plain, turned] = await readFloats(path, [tensors.get('plain')!, tensors.get('turned')!]);
    expect([...plain!]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...turned!]).toEqual([0, 2, 4, 1, 3, 5]);
    expect(unread.get('')?.get('other')).toBe('numbers of type |O, which are not read');
  });

  it.each([
    [
      'its header is none',
      Buffer.from('no header at all'),
      /array 'a': expected the header of an \.npy file/,
    ],
    ['its shape is too large', npy(dictionary('(7,)'), six), /tensor 'a': expected float32 \[7\] within/],
    ['its header reaches beyond it', npy(dictionary('(6,)'), six).subarray(0, 20), /array 'a'/],
  ])('is refused where %s', async (_what, bytes, message) => {
    await expect(openWeights(await written('bad.npz', storedZip([['a.npy', bytes]])))).rejects.toThrow(
      message,
    );
  });
});
