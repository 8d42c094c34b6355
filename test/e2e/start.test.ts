import { readdir, readFile, stat } from 'node:fs/promises';
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
