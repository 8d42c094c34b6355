import { execFileSync } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { reluNoise, writeActivations } from './support/activation-files.js';
import { done, temporaryFolder } from './support/command-line.js';

/** `--help` needs the listing alone: neither schemas nor networks nor tables. */
const MOST_BYTES = 400_000;

/** The addresses of the files whose code a command loads, as V8 counts them. */
async function loadedBy(args: readonly string[], cwd?: string): Promise<string[]> {
  const folder = await temporaryFolder();
  await done(args, { env: { NODE_V8_COVERAGE: folder }, ...(cwd === undefined ? {} : { cwd }) });
  // One for each thread.
  const reports = await Promise.all(
    (await readdir(folder)).map(async (report) => {
      const text = await readFile(join(folder, report), 'utf8');
      return (JSON.parse(text) as { result: { url: string }[] }).result;
    }),
  );
  return reports.flat().flatMap(({ url }) => (url.startsWith('file:') ? [url] : []));
}

/** The packages whose code is in the files of the bundle among these. */
async function packagesIn(urls: readonly string[]): Promise<Set<string>> {
  const own = urls.filter((url) => !url.includes('/node_modules/'));
  const texts = await Promise.all(own.map((url) => readFile(fileURLToPath(url), 'utf8')));
  const origin = /^\/\/ (?:\.\.\/)+(?:node_modules\/((?:@[^/\n]+\/)?[^/\n]+)|(packages\/[^/\n]+))\//gm;
  return new Set(
    texts.flatMap((text) => [...text.matchAll(origin)].map(([, name, room]) => name ?? room ?? '')),
  );
}

test('--version and --help load no image library, no tensor backend and no query engine', async () => {
  for (const args of [['--version'], ['--help'], ['sweep', '--help']]) {
    const loaded = await loadedBy(args);
    expect(loaded.some((url) => url.endsWith('/bin.js'))).toBe(true);
    expect(
      loaded.filter((url) => /\/(sharp|onnxruntime-node|nodejs-polars|@tensorflow|@temporalio)\//.test(url)),
    ).toEqual([]);
  }
});

test('--version and --help load no verb', async () => {
  for (const args of [['--version'], ['--help']]) {
    const own = (await loadedBy(args)).filter((url) => !url.includes('/node_modules/'));
    const sizes = await Promise.all(own.map(async (url) => (await stat(fileURLToPath(url))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  }
});

test('verbs that read load what they need: no networks, no images, no spec, no tables of other programs', async () => {
  const cwd = await temporaryFolder();
  await writeActivations(join(cwd, 'maps.arrow'), reluNoise(1, { units: 3, images: 5 }), {
    checkpoint: 'a',
    layer: 'conv1',
    layerIndex: 0,
    category: 'cat',
  });
  await writeFile(
    join(cwd, 'sweep.yaml'),
    'name: s\nsource: { activations: [maps.arrow] }\nstatistics: { bootstrap: 20 }\n',
  );
  await done(['sweep', 'sweep.yaml'], { cwd });
  const needless =
    /^(?:packages\/(?:models|datasets|training|engine)|yaml|protobufjs|yauzl|csv-parse|hyparquet.*|@aws-sdk.*)$/;
  const verbs = [
    ['query', 's', 'SELECT layer, avg(entropy) FROM units GROUP BY layer'],
    ['trend', 's'],
    ['rank', 's'],
    ['sweeps'],
  ];
  for (const args of verbs) {
    const loaded = await packagesIn(await loadedBy(args, cwd));
    expect([...loaded]).toContain('commander');
    expect([args[0], ...[...loaded].filter((name) => needless.test(name))]).toEqual([args[0]]);
  }
}, 60_000);

test('what V8 compiled is kept for the next start, in the cache folder of the user and nowhere else', async () => {
  const [cache, folder] = [await temporaryFolder(), await temporaryFolder()];
  const bin = fileURLToPath(new URL('../../apps/cli/bin/unitscope.js', import.meta.url));
  const start = (XDG_CACHE_HOME: string): string =>
    execFileSync(process.execPath, [bin, '--version'], {
      cwd: folder,
      env: { ...process.env, XDG_CACHE_HOME, HOME: cache, NODE_COMPILE_CACHE: '' },
      encoding: 'utf8',
    });
  expect(start(cache)).toMatch(/^\d/);
  const kept = await readdir(join(cache, 'unitscope', 'compiled'), { recursive: true });
  expect(kept.length).toBeGreaterThan(2);
  // A name that is no absolute path is none.
  start('.');
  expect(await readdir(folder)).toEqual([]);
  expect(await readdir(join(cache, '.cache', 'unitscope', 'compiled'))).not.toEqual([]);
});
