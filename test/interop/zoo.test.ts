import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { reproduceZoo } from '@unitscope/reproduction';
import { python } from './python.ts';

interface Recomputed {
  group: string;
  measure: string;
  networks: number;
  tau: number | null;
  granulated: number | null;
  granulated_by_factor: (number | null)[];
  information: number | null;
  worst: number | null;
}

it(
  'scores a small zoo as SciPy does from its tables, and trains nothing twice',
  { timeout: 300_000 },
  async () => {
    const out = await mkdtemp(join(tmpdir(), 'unitscope-zoo-'));
    onTestFinished(() => rm(out, { recursive: true }));
    const trained: string[] = [];
    const options = {
      extent: 'quick',
      out,
      command: 'unitscope reproduce zoo',
      // The loss is so high that all networks reach it.
      zoo: { factors: ['head', 'rate', 'norm'], images: 6, loss: 1.6, mostSteps: 300 },
      onTrained: (name: string) => void trained.push(name),
    } as const;
    const scores = await reproduceZoo(options);
    expect(trained).toHaveLength(8);
    const found = JSON.parse(await python('zoo_scores.py', out, '1.6')) as Recomputed[];
    expect(found).toHaveLength(scores.length);
    for (const own of scores) {
      const again = found.find(({ group, measure }) => group === own.group && measure === own.measure)!;
      expect(again.networks).toBe(own.networks);
      for (const score of ['tau', 'granulated', 'information', 'worst'] as const) {
        expect(own[score] === null).toBe(again[score] === null);
        expect(own[score] ?? 0).toBeCloseTo(again[score] ?? 0, 9);
      }
      for (const [factor, tau] of own.granulatedByFactor.entries())
        expect(tau ?? 2).toBeCloseTo(again.granulated_by_factor[factor] ?? 2, 9);
    }
    expect(scores.some(({ tau }) => tau !== null && tau !== 0)).toBe(true);
    expect(await readFile(join(out, 'zoo.md'), 'utf8')).toContain('a pilot, which decides nothing');
    trained.length = 0;
    expect(await reproduceZoo(options)).toEqual(scores);
    expect(trained).toEqual([]);
  },
);

it('names factors that there are not', async () => {
  const zoo = { factors: ['head', 'head'] as const };
  const options = { extent: 'quick', out: 'nowhere', command: '', zoo } as const;
  await expect(reproduceZoo(options)).rejects.toThrow('factors: expected different ones of head, depth');
});
