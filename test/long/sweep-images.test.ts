import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { tinyCheckpoints } from '../e2e/support/checkpoints.js';
import { done, refused, temporaryFolder, unitscope } from '../e2e/support/command-line.js';

const SIDE = 28;

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A grey PNG of noise. */
function png(seed: number, side = SIDE): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.writeUInt8(8, 8);
  // A filter byte of 0 before each row.
  const rows = Buffer.from(
    Array.from({ length: SIDE * (SIDE + 1) }, (_, i) =>
      i % (SIDE + 1) === 0 ? 0 : (i * i * 31 + seed * 97) % 251,
    ),
  );
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Checkpoints, eight images of `cat` and of `dog`, and a spec that takes `perCategory` of them. */
async function sweepFolder(perCategory: number, images = ''): Promise<string> {
  const folder = await temporaryFolder();
  await tinyCheckpoints(join(folder, 'run'));
  for (const category of ['cat', 'dog']) {
    await mkdir(join(folder, 'photos', category), { recursive: true });
    for (let i = 0; i < 8; i++) await writeFile(join(folder, 'photos', category, `${i}.png`), png(i));
  }
  const from = `from: folder, path: photos, perCategory: ${perCategory}${images}`;
  const models = `{ checkpoints: [run/step-0002/model.json], images: { ${from} }, layers: [0, '#2'], backend: wasm }`;
  await writeFile(join(folder, 'sweep.yaml'), `{ name: s, source: { models: ${models} } }`);
  return folder;
}

it('refuses a damaged image before any work and names it, or skips it and says so', async () => {
  const fatal = await sweepFolder(8);
  await writeFile(join(fatal, 'photos', 'dog', '5.png'), png(5).subarray(0, 200));
  const message = await refused(['sweep', 'sweep.yaml'], { cwd: fatal });
  expect(message).toContain('dog/5.png: cannot be decoded');

  const skip = await sweepFolder(7, ', corrupt: skip');
  await writeFile(join(skip, 'photos', 'dog', '5.png'), png(5).subarray(0, 200));
  const summary = await done(['sweep', 'sweep.yaml'], { cwd: skip });
  expect(summary).toContain('4 cells done');
  expect(summary).toContain('skipped: dog/5.png: cannot be decoded');
  const manifest = JSON.parse(
    await readFile(join(skip, '.unitscope', 'sweeps', 's', 'manifest.json'), 'utf8'),
  ) as {
    source: { categories: { label: string; skipped?: { label: string }[] }[] };
  };
  expect(
    manifest.source.categories.map(({ label, skipped = [] }) => [
      label,
      ...skipped.map((image) => image.label),
    ]),
  ).toEqual([['cat'], ['dog', '5.png']]);
});

it('refuses an image of 30,000 × 30,000 pixels and says what raises the limit', async () => {
  const folder = await sweepFolder(8);
  await writeFile(join(folder, 'photos', 'cat', '0.png'), png(0, 30_000));
  expect(await refused(['sweep', 'sweep.yaml'], { cwd: folder })).toContain(
    'cat/0.png: cannot be decoded: 30000×30000 pixels are more than 50000000; images.maxPixels raises the limit',
  );
});

it('names checkpoint, layer and image where a network gives no finite number', async () => {
  const folder = await sweepFolder(3);
  const weights = join(folder, 'run', 'step-0002', 'weights.bin');
  const bytes = await readFile(weights);
  // Finite kernels of the first layer, whose sums are not.
  new Float32Array(bytes.buffer, bytes.byteOffset, 5 * 5 * 16).fill(3e38);
  await writeFile(weights, bytes);
  const { code, stdout } = await unitscope(['sweep', 'sweep.yaml'], { cwd: folder });
  expect(code).toBe(1);
  expect(stdout).toMatch(/MAP_NOT_FINITE: checkpoint \S+, layer conv1, category cat, image \d\.png, unit 0/);
  expect(await readdir(join(folder, '.unitscope', 'sweeps', 's'))).toContain('failures.arrow');
});

it('looks at what comes before the activation where the spec says so', async () => {
  const folder = await sweepFolder(4);
  const spec = await readFile(join(folder, 'sweep.yaml'), 'utf8');
  await done(['sweep', 'sweep.yaml'], { cwd: folder });
  await writeFile(
    join(folder, 'before.yaml'),
    spec.replace('name: s', 'name: before').replace('backend', 'tap: pre-activation, backend'),
  );
  // Other maps, so other objects: nothing is there already.
  expect(await done(['sweep', 'before.yaml'], { cwd: folder })).toContain('4 cells done (0 already there)');
  const layers = await done(['layers', 'run/step-0002/model.json', '--tap', 'pre-activation', '--json'], {
    cwd: folder,
  });
  expect(layers).toContain('"tap":"conv1/linear"');
});
