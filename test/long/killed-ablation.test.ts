import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { smallSweep, type SmallSweep } from '../../packages/ablation/test/small-sweep.ts';
import { done, unitscope } from '../e2e/support/command-line.js';
import { filesOf } from '../e2e/support/results.js';

let sweep: SmallSweep;
beforeAll(async () => {
  sweep = await smallSweep();
});
afterAll(() => sweep.remove());

const evaluations = async (): Promise<number> =>
  Object.keys(await filesOf(join(sweep.folder, 'store', 'evaluations')).catch(() => ({}))).length;

it('an ablation goes on after kill -9 where it was, to the same bytes', async () => {
  const cwd = sweep.folder;
  const layer = ['ablate', 'small', '--store', 'store', '--layer', 'second'];
  const words = [...layer, '--by', 'random', '--random-orders', '60', '--seed', '1'];
  const before = await evaluations();
  const cut = await unitscope([...words, '--out', 'cut.arrow'], {
    cwd,
    onProgress: (child, stderr) => {
      if (/ 20 %/.test(stderr) && !child.killed) child.kill('SIGKILL');
    },
  });
  expect(cut).toMatchObject({ code: null, stdout: '' });
  const there = (await evaluations()) - before;
  expect(there).toBeGreaterThanOrEqual(36);
  expect(there).toBeLessThan(180);
  const rest = JSON.parse(await done([...words, '--out', 'cut.arrow', '--json'], { cwd })) as {
    evaluated: number;
  };
  expect(rest.evaluated).toBe((180 - there) * 6 * 13);
  expect((await evaluations()) - before).toBe(180);
  await rm(join(cwd, 'store', 'evaluations'), { recursive: true });
  await done([...words, '--out', 'whole.arrow', '--threads', '1'], { cwd });
  expect(await readFile(join(cwd, 'cut.arrow'))).toEqual(await readFile(join(cwd, 'whole.arrow')));
});
