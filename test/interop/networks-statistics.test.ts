import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  fisherInterval,
  networksNeeded,
  permutationTest,
  signFlipInterval,
  signFlipTest,
  studentInterval,
} from '@unitscope/entropy';
import { python } from './python.ts';

interface Figures {
  student: { mean: number; low: number; high: number };
  independent: { statistic: number; p: number };
  flips: { statistic: number; p: number };
  flipInterval: { low: number; high: number } | null;
  fisher: { mean: number; low: number; high: number };
  needed: number;
}

/** Values as of networks: 3 to 9 of them, some around 0, some tied. */
function samples(): [number[], number[]][] {
  let state = 2027;
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  return Array.from({ length: 30 }, (_, i) => {
    const digits = i % 4 === 0 ? 10 : 1e6;
    const value = (): number => Math.round((random() + random() - 1 + (i % 3) * 0.2) * digits) / digits;
    return [
      Array.from({ length: 3 + Math.floor(random() * 7) }, value),
      Array.from({ length: 3 + Math.floor(random() * 5) }, value),
    ];
  });
}

it("gives SciPy's figures over networks: Student's interval, permutation tests and interval, Fisher's, networks needed", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-scipy-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const data = samples();
  await writeFile(join(folder, 'samples.json'), JSON.stringify(data));
  const all = JSON.parse(await python('scipy_networks.py', join(folder, 'samples.json'))) as Figures[];
  expect(all).toHaveLength(data.length);
  data.forEach(([x, y], i) => {
    const { student, independent, flips, flipInterval, fisher, needed } = all[i]!;
    const interval = studentInterval(x);
    expect(interval?.mean).toBeCloseTo(student.mean, 12);
    expect(interval?.low).toBeCloseTo(student.low, 10);
    expect(interval?.high).toBeCloseTo(student.high, 10);
    const test = permutationTest(x, y, 'scipy');
    expect(test?.exact).toBe(true);
    expect(test?.statistic).toBeCloseTo(independent.statistic, 12);
    expect(test?.p).toBeCloseTo(independent.p, 12);
    expect(signFlipTest(x, 'scipy')?.p).toBeCloseTo(flips.p, 12);
    const flipped = signFlipInterval(x, 'scipy');
    expect(flipped === null).toBe(flipInterval === null);
    expect(flipped?.low ?? 0).toBeCloseTo(flipInterval?.low ?? 0, 5);
    expect(flipped?.high ?? 0).toBeCloseTo(flipInterval?.high ?? 0, 5);
    const correlations = fisherInterval(x.map((value) => Math.max(-0.99, Math.min(0.99, value))));
    expect(correlations?.mean).toBeCloseTo(fisher.mean, 12);
    expect(correlations?.low).toBeCloseTo(fisher.low, 10);
    expect(correlations?.high).toBeCloseTo(fisher.high, 10);
    const sd = Math.sqrt(x.reduce((sum, value) => sum + (value - student.mean) ** 2, 0) / (x.length - 1));
    const found = networksNeeded(sd, Math.abs(student.mean) + 0.05) ?? NaN;
    expect(found).toBe(needed);
  });
});
