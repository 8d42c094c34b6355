// Activation files written to and read from a store, beside a plain write and read of the same bytes: npm run bench:stored
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openStore } from '@unitscope/store';
import { ActivationsWriter, openActivations } from '@unitscope/tables';
import { oneAhead } from '@unitscope/base';
import { reluMaps } from './relu-maps.mjs';
import { benchOptions, median, scratchFolder } from './bench.mjs';

const usage = `npm run bench:stored -- [--store ADDRESS] [--mib N] [--rounds N] [--quick] [--json]

MiB/s of feature maps (56×56, activations/1 with a checksum a record batch) written to a store and read back as measure
reads them, in turns with
  plain  the same bytes put into the same store as one object, in pieces of 4 MiB, and got from it whole: with the
         SHA-256 that every object carries
  bare   the same bytes by file system calls alone, no digest made and none checked (on a file system)
and with LZ4 and ZSTD, in MiB/s of the maps before compression. Medians; ratios are medians over the rounds.

  --store ADDRESS  default: a new folder in the system's temporary folder
  --mib N          of maps; default 512
  --rounds N       default 5
  --quick          128 MiB, 3 rounds
  --json           end with {"write_over_plain":…,"read_over_plain":…, …}
`;
const options = benchOptions(usage, {
  store: { type: 'string' },
  mib: { type: 'string', default: '512' },
  rounds: { type: 'string', default: '5' },
  quick: { type: 'boolean', default: false },
});

const SIZE = 56;
const UNITS = 64;
const PIECE = 4 * 2 ** 20;
const rounds = options.quick ? 3 : Number(options.rounds);
const images = Math.ceil(((options.quick ? 128 : Number(options.mib)) * 2 ** 20) / (4 * UNITS * SIZE * SIZE));
const folder = scratchFolder();

const maps = reluMaps(UNITS, SIZE);
const bytes = new Uint8Array(maps.buffer);
const total = images * bytes.length;
const address = options.store ?? pathToFileURL(join(folder, 'store')).href;
const store = await openStore(address);
const bareFile = join(folder, 'bare');

/** The bytes of the maps in pieces, as a program has them that makes them. */
async function inPieces(write) {
  const piece = new Uint8Array(PIECE);
  for (let at = 0; at < total; at += PIECE) {
    const chunk = piece.subarray(0, Math.min(PIECE, total - at));
    for (let filled = 0; filled < chunk.length; filled += bytes.length)
      chunk.set(bytes.subarray(0, Math.min(bytes.length, chunk.length - filled)), filled);
    await write(chunk);
  }
}

async function writeBare() {
  const handle = await open(bareFile, 'w');
  await inPieces((chunk) => handle.writeFile(chunk));
  await handle.sync();
  await handle.close();
}

async function writePlain() {
  const object = await store.createWriter('bench/plain');
  await inPieces((chunk) => object.write(chunk));
  await object.commit();
}

function writeOurs(compression) {
  return async () => {
    const object = await store.createWriter(`bench/${compression}.arrow`);
    const labels = Array.from({ length: images }, (_, image) => String(image));
    const table = await ActivationsWriter.begin(object, { size: SIZE, images: labels, compression });
    const units = Uint32Array.from({ length: UNITS }, (_, unit) => unit);
    for (let image = 0; image < images; image++)
      await table.write(units, new Uint32Array(UNITS).fill(image), maps);
    await table.close();
    await object.commit();
  };
}

async function readBare() {
  const handle = await open(bareFile, 'r');
  const piece = new Uint8Array(PIECE);
  for (let read = 1, at = 0; read > 0; at += read) read = (await handle.read(piece, 0, PIECE, at)).bytesRead;
  await handle.close();
}

function readOurs(compression) {
  return async () => {
    const reader = await store.open(`bench/${compression}.arrow`);
    const file = await openActivations(reader);
    const memory = new Float32Array(2 ** 21);
    let turn = 0;
    const into = (floats) => memory.subarray((turn ^= 1) * 2 ** 20).subarray(0, floats);
    for await (const block of oneAhead(file.blocks({ into, maxFloats: 2 ** 20 }))) {
      if (block.count === 0) throw new Error('an empty block');
    }
    await reader.close();
  };
}

const onFiles = store.uri.startsWith('file:');
const works = {
  ...(onFiles && { 'bare write': writeBare }),
  'plain write': writePlain,
  'our write': writeOurs(null),
  'lz4 write': writeOurs('lz4'),
  'zstd write': writeOurs('zstd'),
  ...(onFiles && { 'bare read': readBare }),
  'plain read': () => store.get('bench/plain'),
  'our read': readOurs(null),
  'lz4 read': readOurs('lz4'),
  'zstd read': readOurs('zstd'),
};
/** @type {Record<string, number[]>} */
const rates = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, work] of Object.entries(works)) {
    const started = performance.now();
    await work();
    rates[name].push(total / 2 ** 20 / ((performance.now() - started) / 1000));
  }
}
process.stdout.write(
  `${(total / 2 ** 20).toFixed(0)} MiB of ${SIZE}×${SIZE} maps after a ReLU, ${rounds} rounds, ${store.uri.split('/')[0]}//\n`,
);
for (const [name, values] of Object.entries(rates))
  process.stdout.write(`${name.padEnd(14)}${median(values).toFixed(0).padStart(7)} MiB/s\n`);
const over = (ours, theirs) =>
  Number(median(rates[ours].map((rate, i) => rate / rates[theirs][i])).toFixed(3));
const stored = async (compression) => Number((await store.head(`bench/${compression}.arrow`))?.size);
const result = {
  write_over_plain: over('our write', 'plain write'),
  read_over_plain: over('our read', 'plain read'),
  ...(onFiles && {
    write_over_bare: over('our write', 'bare write'),
    read_over_bare: over('our read', 'bare read'),
  }),
  lz4_ratio: Number((total / (await stored('lz4'))).toFixed(3)),
  zstd_ratio: Number((total / (await stored('zstd'))).toFixed(3)),
};
for await (const { key } of store.list('bench/')) await store.delete(key);
for (const [name, value] of Object.entries(result))
  process.stdout.write(`${name.replaceAll('_', ' ')}: ${value}\n`);
if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
