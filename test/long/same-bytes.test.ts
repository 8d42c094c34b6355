import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tinyCheckpoints, tinySpec } from '../e2e/support/checkpoints.js';
import { done, temporaryFolder, unitscope } from '../e2e/support/command-line.js';
import { filesOf, resultsOf } from '../e2e/support/results.js';

let checkpoints = '';
/** The result tables of an undisturbed run on one thread. */
let expected: Record<string, Buffer> = {};

beforeAll(async () => {
  checkpoints = await mkdtemp(join(tmpdir(), 'unitscope-killed-'));
  await tinyCheckpoints(checkpoints);
  await writeFile(join(checkpoints, 'sweep.yaml'), tinySpec(checkpoints));
  await done(['sweep', 'sweep.yaml', '--threads', '1'], { cwd: checkpoints });
  expected = await resultsOf(checkpoints, 'tiny');
});

afterAll(() => rm(checkpoints, { recursive: true, force: true }));

interface Outcome {
  readonly cells: { readonly total: number; readonly done: number; readonly cached: number };
}

it.each([
  ['kill -9', 'SIGKILL', null],
  ['Ctrl-C', 'SIGINT', 130],
] as const)('a sweep goes on after %s without doing a finished cell again', async (_, signal, code) => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'sweep.yaml'), tinySpec(checkpoints));
  const cut = await unitscope(['sweep', 'sweep.yaml', '--threads', '1'], {
    cwd: folder,
    onProgress: (child, stderr) => {
      if (/ 8\/24 cells/.test(stderr) && !child.killed) child.kill(signal);
    },
  });
  expect(cut).toMatchObject({ code, stdout: '' });
  if (code !== null)
    expect(cut.stderr).toMatch(/^unitscope: sweep "tiny" was interrupted; finished tasks are kept/m);
  const there = Object.keys(await filesOf(join(folder, '.unitscope', 'units'))).length;
  expect(there).toBeGreaterThanOrEqual(8);
  expect(there).toBeLessThan(24);
  const outcome = JSON.parse(await done(['sweep', 'sweep.yaml', '--json'], { cwd: folder })) as Outcome;
  expect(outcome.cells).toMatchObject({ total: 24, done: 24 });
  expect(outcome.cells.cached).toBe(there);
  expect(await resultsOf(folder, 'tiny')).toEqual(expected);
});

it('a sweep gives the same bytes for 1, 2 and 4 threads, with activations kept, compressed or discarded', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'sweep.yaml'), tinySpec(checkpoints));
  await writeFile(join(folder, 'keep.yaml'), `${tinySpec(checkpoints)}activations: keep\n`);
  const plan: unknown = JSON.parse(await done(['plan', 'sweep.yaml', '--json'], { cwd: folder }));
  expect(plan).toMatchObject({ tasks: 6, cells: 24, cachedCells: 0, maps: 3 * 96 * 10 });
  await done(['sweep', 'sweep.yaml', '--threads', '4', '--store', 'four'], { cwd: folder });
  await done(['sweep', 'keep.yaml', '--threads', '2', '--store', 'keep'], { cwd: folder });
  expect(Object.keys(expected)).toHaveLength(3 * 3 + 4);
  expect(await resultsOf(folder, 'tiny', 'four')).toEqual(expected);
  // Where maps are kept, objects.arrow has their keys too.
  const tables = { ...expected, 'objects.arrow': expect.any(Buffer) as Buffer };
  expect(await resultsOf(folder, 'tiny', 'keep')).toEqual(tables);
  const kept = Object.values(await filesOf(join(folder, 'keep', 'activations')));
  expect(kept).toHaveLength(24);
  await writeFile(
    join(folder, 'zstd.yaml'),
    `${tinySpec(checkpoints)}activations: keep\ncompression: zstd\n`,
  );
  await done(['sweep', 'zstd.yaml', '--threads', '2', '--store', 'zstd'], { cwd: folder });
  expect(await resultsOf(folder, 'tiny', 'zstd')).toEqual(tables);
  const packed = Object.entries(await filesOf(join(folder, 'zstd', 'activations')));
  const bytes = (files: readonly Buffer[]): number => files.reduce((sum, { length }) => sum + length, 0);
  expect(bytes(packed.map(([, file]) => file))).toBeLessThan(0.9 * bytes(kept));
  // Measured where they lie, when only what was measured on them is lost.
  await rm(join(folder, 'zstd', 'units'), { recursive: true });
  await rm(join(folder, 'zstd', 'sweeps'), { recursive: true });
  await done(['sweep', 'zstd.yaml', '--threads', '2', '--store', 'zstd'], { cwd: folder });
  expect(await resultsOf(folder, 'tiny', 'zstd')).toEqual(tables);
});
