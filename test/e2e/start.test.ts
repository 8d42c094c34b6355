import { execFileSync } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { done, temporaryFolder } from './support/command-line.js';

/** `--help` needs the listing alone: neither schemas nor networks nor tables. */
const MOST_BYTES = 400_000;

/** The addresses of the files whose code a command loads, as V8 counts them. */
async function loadedBy(args: readonly string[]): Promise<string[]> {
  const folder = await temporaryFolder();
  await done(args, { env: { NODE_V8_COVERAGE: folder } });
  const [report = ''] = await readdir(folder);
  const { result } = JSON.parse(await readFile(`${folder}/${report}`, 'utf8')) as {
    result: { url: string }[];
  };
  return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
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
