import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  permutationTest,
  signFlipInterval,
  signFlipTest,
  stratifiedBootstrap,
  studentInterval,
} from '@unitscope/entropy';
import { python } from './python.ts';

interface Figures {
  student: { mean: number; low: number; high: number };
  independent: { statistic: number; p: number };
  flips: { statistic: number; p: number };
  flipInterval: { low: number; high: number } | null;
  bootstrap: { low: number; high: number };
  strata: { low: number; high: number };
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

it("gives SciPy's figures over networks: Student's interval, permutation tests and interval, bootstrap", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-scipy-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const data = samples();
  await writeFile(join(folder, 'samples.json'), JSON.stringify(data));
  const all = JSON.parse(await python('scipy_networks.py', join(folder, 'samples.json'))) as Figures[];
  expect(all).toHaveLength(data.length);
  data.forEach(([x, y], i) => {
    const { student, independent, flips, flipInterval, bootstrap, strata } = all[i]!;
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
    // Both are drawn: a few percent of the spread apart.
    const spread = Math.max(...x) - Math.min(...x);
    const found = stratifiedBootstrap([x], 'scipy', { resamples: 20_000 });
    expect(Math.abs((found?.low ?? NaN) - bootstrap.low)).toBeLessThan(0.05 * spread + 1e-12);
    expect(Math.abs((found?.high ?? NaN) - bootstrap.high)).toBeLessThan(0.05 * spread + 1e-12);
    const both = stratifiedBootstrap([x, y], 'scipy', { resamples: 20_000 });
    const wide = Math.max(...x, ...y) - Math.min(...x, ...y);
    expect(Math.abs((both?.low ?? NaN) - strata.low)).toBeLessThan(0.05 * wide + 1e-12);
    expect(Math.abs((both?.high ?? NaN) - strata.high)).toBeLessThan(0.05 * wide + 1e-12);
  });
});
