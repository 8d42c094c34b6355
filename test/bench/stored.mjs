// Activation files written to and read from a store, beside a plain write and read of the same bytes: npm run bench:stored
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openStore } from '@unitscope/store';
import { ActivationsWriter, openActivations } from '@unitscope/tables';

const usage = `npm run bench:stored -- [--folder PATH] [--mib N] [--rounds N] [--quick] [--json]

MiB/s of feature maps (56×56, activations/1 with their digests) written to a file:// store and read back as measure reads
them, beside the same bytes written and read plainly in pieces of 4 MiB, on the same disk, in turns; medians. "hashed" is the
plain write or read with one SHA-256 of the bytes, which every object of a store carries.

  --folder PATH  where to write; default: the system's temporary folder
  --mib N        size of the file; default 512
  --rounds N     default 5
  --quick        128 MiB, 3 rounds
  --json         end with {"write_over_plain":…,"read_over_plain":…,"write_over_hashed":…,"read_over_hashed":…}
`;
const { values: options } = parseArgs({
  options: {
    folder: { type: 'string', default: tmpdir() },
    mib: { type: 'string', default: '512' },
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const SIZE = 56;
const UNITS = 64;
const PIECE = 4 * 2 ** 20;
const rounds = options.quick ? 3 : Number(options.rounds);
const images = Math.ceil(((options.quick ? 128 : Number(options.mib)) * 2 ** 20) / (4 * UNITS * SIZE * SIZE));
const folder = mkdtempSync(join(options.folder, 'unitscope-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const maps = Float32Array.from({ length: UNITS * SIZE * SIZE }, (_, i) =>
  Math.max(0, Math.sin(i * 12.9898) * 4),
);
const bytes = new Uint8Array(maps.buffer);
const total = images * bytes.length;
const store = await openStore(pathToFileURL(join(folder, 'store')).href);
const plain = join(folder, 'plain');

async function writePlain(hash) {
  const handle = await open(plain, 'w');
  const piece = new Uint8Array(PIECE);
  for (let at = 0; at < total; at += PIECE) {
    const chunk = piece.subarray(0, Math.min(PIECE, total - at));
    for (let filled = 0; filled < chunk.length; filled += bytes.length)
      chunk.set(bytes.subarray(0, Math.min(bytes.length, chunk.length - filled)), filled);
    hash?.update(chunk);
    await handle.writeFile(chunk);
  }
  await handle.sync();
  await handle.close();
}

async function writeOurs() {
  const object = await store.createWriter('activations/bench.arrow');
  const labels = Array.from({ length: images }, (_, image) => String(image));
  const table = await ActivationsWriter.begin(object, { size: SIZE, images: labels });
  const units = Uint32Array.from({ length: UNITS }, (_, unit) => unit);
  for (let image = 0; image < images; image++)
    await table.write(units, new Uint32Array(UNITS).fill(image), maps);
  await table.close();
  await object.commit();
}

async function readPlain(hash) {
  const handle = await open(plain, 'r');
  const piece = new Uint8Array(PIECE);
  for (let read = 1, at = 0; read > 0; at += read) {
    read = (await handle.read(piece, 0, PIECE, at)).bytesRead;
    hash?.update(piece.subarray(0, read));
  }
  await handle.close();
}

async function readOurs() {
  const reader = await store.open('activations/bench.arrow');
  const file = await openActivations(reader);
  const memory = new Float32Array(2 ** 20);
  for await (const block of file.blocks({
    into: (floats) => memory.subarray(0, floats),
    maxFloats: memory.length,
  })) {
    if (block.count === 0) throw new Error('an empty block');
  }
  await reader.close();
}

const sha = () => createHash('sha256');
const works = {
  'plain write': () => writePlain(),
  'hashed write': () => writePlain(sha()),
  'our write': writeOurs,
  'plain read': () => readPlain(),
  'hashed read': () => readPlain(sha()),
  'our read': readOurs,
};
const rates = Object.fromEntries(Object.keys(works).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, work] of Object.entries(works)) {
    const started = performance.now();
    await work();
    rates[name].push(total / 2 ** 20 / ((performance.now() - started) / 1000));
  }
}
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
process.stdout.write(`${(total / 2 ** 20).toFixed(0)} MiB of ${SIZE}×${SIZE} maps, ${rounds} rounds\n`);
for (const [name, values] of Object.entries(rates))
  process.stdout.write(`${name.padEnd(14)}${median(values).toFixed(0).padStart(7)} MiB/s\n`);
const over = (ours, theirs) =>
  Number(median(rates[ours].map((rate, i) => rate / rates[theirs][i])).toFixed(3));
const result = {
  write_over_plain: over('our write', 'plain write'),
  read_over_plain: over('our read', 'plain read'),
  write_over_hashed: over('our write', 'hashed write'),
  read_over_hashed: over('our read', 'hashed read'),
};
for (const [name, value] of Object.entries(result))
  process.stdout.write(`${name.replaceAll('_', ' ')}: ${value}\n`);
if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
