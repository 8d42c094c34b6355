import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reluNoise, writeActivations } from './support/activation-files.js';
import { refused, temporaryFolder } from './support/command-line.js';

/** A file that pyarrow wrote, of packages/tables. */
function pyarrowFile(name: string): URL {
  return new URL(`../../packages/tables/test/fixtures/${name}.arrow`, import.meta.url);
}

describe('unitscope entropy refuses', () => {
  it.each([
    ['bad-float64', 'fixed_size_list<float64>[16], expected fixed_size_list<float32 or float16>', '.cast('],
    ['bad-no-map', "no column 'map'", 'found unit, image'],
    ['bad-unit-text', "column 'unit' has type utf8, expected any integer type", 'cast(pa.uint32())'],
    ['bad-image-float', "column 'image' has type float64", 'expected an integer type, utf8'],
    ['bad-list-size', 'lists of 16 values', 'unitscope.height × unitscope.width = 5 × 5 = 25'],
    ['bad-not-square', 'expected square maps', 'unitscope.height = 2 and unitscope.width = 8'],
    ['bad-no-schema-key', 'expected the schema metadata unitscope.schema = activations/1', 'with_metadata'],
    ['bad-no-height', 'lacks unitscope.height', 'expected a whole number'],
    ['bad-negative-unit', 'row 0: unit -1', 'expected a channel index'],
    ['bad-duplicate', 'a second map of unit 0 and image "img-1"', 'expected one map a unit and image'],
    ['bad-null-map', 'row 2: the map is null', 'expected a map in every row'],
    ['bad-stream', 'found an Arrow IPC stream', 'pyarrow.ipc.new_file'],
  ])('%s.arrow and says: %s … %s', async (name, found, way) => {
    const folder = await temporaryFolder();
    await copyFile(pyarrowFile(name), join(folder, 'maps.arrow'));
    const message = await refused(['entropy', 'maps.arrow', '--units', 'out', '--births', 'out2'], {
      cwd: folder,
    });
    expect(message).toMatch(/^unitscope: maps\.arrow: /);
    expect(message).toContain(found);
    expect(message).toContain(way);
  });

  it('what is no activation file: none, a folder, an empty, a text, a cut and a damaged one', async () => {
    const folder = await temporaryFolder();
    const bytes = await readFile(pyarrowFile('plain'));
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'empty'), '');
    await writeFile(join(folder, 'text'), 'unit,image,map\n0,a,1 2 3\n');
    await writeFile(join(folder, 'cut'), bytes.subarray(0, bytes.length / 2));
    // The footer's length, which the last ten bytes hold.
    await writeFile(join(folder, 'flipped'), flip(bytes, bytes.length - 9));
    const message = (name: string): Promise<string> => refused(['entropy', name], { cwd: folder });
    expect(await message('nothing')).toContain('nothing: cannot be read: there is no such file');
    expect(await message('folder')).toContain('folder: expected an Arrow IPC file, found a folder');
    expect(await message('empty')).toContain('empty: expected an Arrow IPC file, found an empty file');
    expect(await message('text')).toContain('text: expected an Arrow IPC file, found text');
    expect(await message('cut')).toContain('cut: damaged Arrow file: ');
    expect(await message('flipped')).toContain('flipped: damaged Arrow file: ');
  });

  it('a flipped bit of a map where the file carries digests', async () => {
    const folder = await temporaryFolder();
    await writeActivations(join(folder, 'maps.arrow'), reluNoise(1));
    const bytes = await readFile(join(folder, 'maps.arrow'));
    await writeFile(join(folder, 'maps.arrow'), flip(bytes, bytes.length >> 1));
    expect(await refused(['entropy', 'maps.arrow'], { cwd: folder })).toMatch(
      /maps\.arrow: record batch 0: expected the CRC-32 /,
    );
  });

  it('infinities and NaN, naming unit and image', async () => {
    const folder = await temporaryFolder();
    for (const value of [NaN, Infinity, -Infinity]) {
      const maps = reluNoise(2);
      maps.values[4 * 196 + 14 + 5] = value;
      await writeActivations(join(folder, 'maps.arrow'), maps);
      expect(await refused(['entropy', 'maps.arrow'], { cwd: folder })).toBe(
        `unitscope: maps.arrow: row 4, unit 1, image "img1": the map holds ${value} at row 1, column 5; expected finite numbers\n`,
      );
    }
  });

  it('the same map in two files, and files of one layer and category with maps of two sizes', async () => {
    const folder = await temporaryFolder();
    await writeActivations(join(folder, 'a.arrow'), reluNoise(3), { layer: 'conv1' });
    await writeActivations(join(folder, 'b.arrow'), reluNoise(4, { images: 1 }), { layer: 'conv1' });
    await writeActivations(join(folder, 'c.arrow'), reluNoise(5, { size: 7 }), { layer: 'conv1' });
    expect(await refused(['entropy', 'a.arrow', 'b.arrow'], { cwd: folder })).toContain(
      'b.arrow: record batch 0, row 0: a second map of unit 0 and image "img0"',
    );
    expect(await refused(['entropy', 'a.arrow', 'c.arrow'], { cwd: folder })).toContain(
      'c.arrow: expected maps of 14×14 as in a.arrow, which has the same checkpoint, layer and category; found 7×7',
    );
  });

  it('a name that would control the terminal, without letting it', async () => {
    const folder = await temporaryFolder();
    expect(await refused(['entropy', '\u001b]0;title\u0007\u202e.arrow'], { cwd: folder })).toContain(
      '\\u001b]0;title\\u0007\\u202e.arrow: cannot be read',
    );
  });
});

function flip(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? byte ^ 0x10 : byte));
}
