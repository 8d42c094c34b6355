import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  binary,
  columnFromArray,
  dictionary,
  int32,
  list,
  struct,
  tableFromColumns,
  tableToIPC,
  utf8,
  type DataType,
} from '@uwdata/flechette';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '@unitscope/base';
import { ArchiveError } from '../src/errors.ts';
import type { ImageSource } from '../src/image-source.ts';
import { openImages } from '../src/open-images.ts';
import { PageBudget } from '../src/tables/parquet/page-budget.ts';

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', 'hostile', name);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unitscope-hostile-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function put(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** Opens a source and reads all of its images. */
async function readAll(source: ImageSource): Promise<number> {
  const set = await openImages(source);
  let images = 0;
  for (const category of set.categories) {
    for (const ref of await set.images(category)) {
      await ref.bytes();
      images++;
    }
  }
  return images;
}
const table = (path: string): Promise<number> => readAll({ kind: 'table', path });

const image = struct({ bytes: binary(), path: utf8() });
const cells = ['one', 'two', 'three'].map((text) => ({ bytes: Buffer.from(text), path: `${text}.png` }));

function arrow(label: [unknown[], DataType], format: 'file' | 'stream'): Uint8Array {
  const columns = [
    ['image', columnFromArray(cells, image)],
    ['label', columnFromArray(...label)],
  ] as const;
  return tableToIPC(tableFromColumns(columns.map(([name, column]) => [name, column])), { format })!;
}

describe('an archive that is cut off', () => {
  it.each(['cut.tar', 'huge.tar'])('is refused by name: %s', async (name) => {
    const source: ImageSource = { kind: 'archive', path: fixture(name) };
    await expect(readAll(source)).rejects.toThrow(ArchiveError);
    await expect(readAll(source)).rejects.toThrow(name);
  });

  it('is refused at whatever byte it is cut, packed or not', async () => {
    const whole = await readFile(fixture('cut.tar'));
    for (let length = 100; length < whole.length; length += 211) {
      for (const [name, bytes] of [
        ['part.tar', whole.subarray(0, length)],
        ['part.tar.gz', gzipSync(whole.subarray(0, length))],
        ['part.tgz', gzipSync(whole).subarray(0, length / 8)],
      ] as const) {
        const path = await put(name, bytes);
        await expect(readAll({ kind: 'archive', path })).rejects.toThrow(InputError);
      }
    }
  });
});

describe('a table whose metadata are not true', () => {
  it.each(['hang-table.arrow', 'slow-table.arrow'])(
    'is refused before anything goes round: %s',
    async (name) => {
      await expect(table(fixture(name))).rejects.toThrow(/damaged Arrow file/);
    },
  );

  it.each(['file', 'stream'] as const)(
    'is read or refused, cut anywhere and with bytes changed: %s',
    async (format) => {
      for (const label of [
        [[0, 1, 0], int32()],
        [['cat', 'dog', 'cat'], dictionary(utf8(), int32())],
      ] as [unknown[], DataType][]) {
        const whole = arrow(label, format);
        expect(await table(await put('whole.arrow', whole))).toBe(3);
        const refusedOrRead = async (bytes: Uint8Array): Promise<void> => {
          const path = await put('changed.arrow', bytes);
          await table(path).catch((error: unknown) => expect(error).toBeInstanceOf(InputError));
        };
        for (let length = 1; length < whole.length; length += 37)
          await refusedOrRead(whole.subarray(0, length));
        // Three values in turn; a step that shares no divisor with the fields' widths meets every place of them.
        for (let at = 0; at < whole.length; at += 7) {
          for (const value of [[0xff, 0x7f, 0x80][at % 3] ?? 0]) {
            const changed = whole.slice();
            if (changed[at] === value) continue;
            changed[at] = value;
            await refusedOrRead(changed);
          }
        }
      }
    },
    120_000,
  );

  it('is refused where a label is a list, which may be as long as it says', async () => {
    const path = await put('lists.arrow', arrow([[[1], [2], [3]], list(int32())], 'file'));
    await expect(table(path)).rejects.toThrow('expected a label that is a text');
  });
});

describe('a Parquet file that is more than it looks', () => {
  it('keeps an image once that many rows share', async () => {
    expect(await table(fixture('one-image-often.parquet'))).toBe(200);
  });

  it('is refused where its images unpack to many times its bytes', async () => {
    await expect(table(fixture('zeros.parquet'))).rejects.toThrow(
      /zeros\.parquet: .*its images take more than 16 times the bytes of the file/,
    );
  });

  it('unpacks no page beyond what all may take, and none beyond its own length', async () => {
    const budget = await PageBudget.create(1000);
    const packed = gzipSync(new Uint8Array(600));
    const { GZIP, ZSTD } = budget.decoders();
    expect(GZIP?.(packed, 600)).toHaveLength(600);
    expect(() => GZIP?.(packed, 600)).toThrow('its pages unpack to more than 1000 bytes a row group');
    // A frame that says nothing of its size: a block of 128 KiB zeros, the last.
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 0x03, 0, 0x10, 0);
    expect(() => ZSTD?.(frame, 300)).toThrow();
  });
});

it('no source waits for a pipe that has the name of a file', async () => {
  const images = join(folder, 'piped');
  await mkdir(join(images, 'cat'), { recursive: true });
  const pipe = join(images, 'cat', 'a.png');
  execFileSync('mkfifo', [pipe]);
  const expected = 'expected a file, found a pipe, a device or a socket';
  await expect(readAll({ kind: 'folder', path: images })).rejects.toThrow(expected);
  await expect(readAll({ kind: 'archive', path: pipe })).rejects.toThrow(expected);
  await expect(table(pipe)).rejects.toThrow(expected);
  await expect(readAll({ kind: 'idx', images: pipe, labels: '/dev/zero' })).rejects.toThrow(expected);
});
