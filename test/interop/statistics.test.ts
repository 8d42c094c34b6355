import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  benjaminiHochberg,
  bootstrapDifference,
  kendall,
  laggedCorrelations,
  mannWhitney,
  pearson,
  spearman,
} from '@unitscope/entropy';
import { python } from './python.ts';

interface Bounds {
  low: number;
  high: number;
}

interface Figures {
  mannWhitney: { u: number; p: number };
  pearson: Bounds & { r: number; p: number };
  spearman: Bounds & { r: number; p: number };
  kendall: { tau: number; p: number };
  difference: Bounds;
  lag1: number;
  p: number[];
  q: number[];
}

/** Samples like entropies: some tied, some shifted, of 5 to 120 values. */
function samples(): [number[], number[]][] {
  let state = 2026;
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  return Array.from({ length: 40 }, (_, i) => {
    const count = 5 + Math.floor(random() * 116);
    const digits = i % 3 === 0 ? 4 : 1e6;
    const value = (): number => Math.round((random() + random() + random()) * digits) / digits;
    const x = Array.from({ length: count }, value);
    const y = Array.from(
      { length: count + (i % 2) * 7 },
      (_, at) => value() + 0.1 + 0.3 * (x[at] ?? 0) * (i % 4),
    );
    return [x, y];
  });
}

it("gives SciPy's figures on data made now", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-scipy-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const data = samples();
  await writeFile(join(folder, 'samples.json'), JSON.stringify(data));
  const all = JSON.parse(await python('scipy_figures.py', join(folder, 'samples.json'))) as Figures[];
  expect(all).toHaveLength(data.length);
  data.forEach(([x, y], i) => {
    const figures = all[i]!;
    const n = Math.min(x.length, y.length);
    const [a, b] = [x.slice(0, n), y.slice(0, n)];
    const found = {
      mannWhitney: mannWhitney(x, y)!,
      pearson: pearson(a, b)!,
      spearman: spearman(a, b)!,
      kendall: kendall(a, b)!,
      difference: bootstrapDifference(x, y, String(i), { resamples: 20_000 })!,
    };
    const near = (value: number, expected: number): void =>
      expect(Math.abs(value - expected)).toBeLessThan(1e-12 + 1e-9 * Math.abs(expected));
    near(found.mannWhitney.u, figures.mannWhitney.u);
    near(found.mannWhitney.p, figures.mannWhitney.p);
    for (const key of ['pearson', 'spearman'] as const) {
      near(found[key].r, figures[key].r);
      near(found[key].p!, figures[key].p);
      near(found[key].interval!.low, figures[key].low);
      near(found[key].interval!.high, figures[key].high);
    }
    near(found.kendall.tau, figures.kendall.tau);
    near(found.kendall.p!, figures.kendall.p);
    near(laggedCorrelations(a, b, 1).find(({ lag }) => lag === 1)!.r, figures.lag1);
    benjaminiHochberg(figures.p).forEach((q, at) => near(q, figures.q[at]!));
    // Resampled by another generator: as near as 20,000 resamples are.
    const width = figures.difference.high - figures.difference.low;
    expect(Math.abs(found.difference.low - figures.difference.low)).toBeLessThan(0.06 * width);
    expect(Math.abs(found.difference.high - figures.difference.high)).toBeLessThan(0.06 * width);
  });
});
