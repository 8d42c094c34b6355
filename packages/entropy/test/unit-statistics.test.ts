import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { histogramOf } from '../src/units/birth-histogram.js';
import { importanceRanks } from '../src/units/unit-ranking.js';
import { HistogramError, relativeEntropy, unitStatistics } from '../src/units/unit-statistics.js';

interface Vector {
  readonly images: number;
  readonly units: number;
  readonly births: readonly (readonly number[])[];
  readonly entropy: readonly number[];
  readonly absentRate: readonly number[];
  readonly ineffectiveness: readonly number[];
  readonly importanceRank: readonly number[];
}

const vectors = readFileSync(new URL('fixtures/entropy-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

describe("the authors' 60 birth tables", () => {
  test.each(vectors.map((vector, line) => ({ line, ...vector })))(
    'gives the same entropy, rates, ineffectiveness and order on table $line ($images x $units)',
    ({ images, units, births, entropy, absentRate, ineffectiveness, importanceRank }) => {
      const statistics = Array.from({ length: units }, (_, unit) => {
        // The tables hold indexes, 0 for none; a raw rank is index + 1.
        const ranks = births.map((image) => (image[unit]! === 0 ? 0 : image[unit]! + 1));
        return unitStatistics(histogramOf(ranks), images, 14);
      });
      statistics.forEach((unit, i) => {
        expect(unit.entropy).toBeCloseTo(entropy[i]!, 12);
        expect(unit.absentRate).toBeCloseTo(absentRate[i]!, 12);
        expect(unit.ineffectiveness).toBeCloseTo(ineffectiveness[i]!, 11);
      });
      // Among equal ineffectiveness the authors' order is an unstable sort's: compare along the rank.
      const ranks = importanceRanks(statistics.map((unit) => unit.ineffectiveness));
      const ours = Array.from(ranks.keys()).sort((a, b) => ranks[a]! - ranks[b]!);
      ours.forEach((unit, rank) => {
        expect(statistics[unit]!.ineffectiveness).toBeCloseTo(ineffectiveness[importanceRank[rank]!]!, 11);
      });
    },
  );
});

describe('the threshold', () => {
  const histogram = histogramOf([1, 2, 2, 51, 52, 90, 0, 0, 0, 0]);

  test('reads raw rank 1 (index 0) and indexes above 50 as no birth', () => {
    const unit = unitStatistics(histogram, 10, 14);
    expect(unit.births).toBe(3);
    expect(unit.selectiveRate).toBe(0.3);
    expect(unit.absentRate).toBe(0.7);
    expect(unit.entropy).toBeCloseTo(Math.log(3) - (2 / 3) * Math.log(2), 14);
  });

  test('can be moved without the births', () => {
    expect(unitStatistics(histogram, 10, 14, { threshold: 89 }).births).toBe(5);
    expect(unitStatistics(histogram, 10, 14, { threshold: 51 }).births).toBe(4);
    expect(unitStatistics(histogram, 10, 14, { threshold: 0 }).births).toBe(0);
  });
});

describe('unitStatistics', () => {
  test('has entropy exactly 0, never -0, for one value and for none', () => {
    for (const births of [[7, 7, 7], [7], [0, 0]]) {
      const unit = unitStatistics(histogramOf(births), births.length, 14);
      expect(Object.is(unit.entropy, 0)).toBe(true);
      expect(Object.is(unit.ineffectiveness, 0)).toBe(true);
    }
  });

  test('is sensitive only above the minimal selective rate', () => {
    const histogram = histogramOf([5, 6]);
    expect(unitStatistics(histogram, 4, 14, { minSelectiveRate: 0.5 }).sensitive).toBe(false);
    expect(unitStatistics(histogram, 4, 14, { minSelectiveRate: 0.49 }).sensitive).toBe(true);
    expect(unitStatistics(histogramOf([]), 4, 14).sensitive).toBe(false);
  });

  test('corrects the bias as Miller and Madow do', () => {
    const unit = unitStatistics(histogramOf([3, 4, 4, 9]), 5, 14);
    expect(unit.entropyMillerMadow).toBe(unit.entropy + 2 / 8);
    expect(unitStatistics(histogramOf([]), 5, 14).entropyMillerMadow).toBe(0);
  });

  test('has no relative entropy where the null is 0', () => {
    expect(relativeEntropy(unitStatistics(histogramOf([5]), 4, 14))).toBeNull();
    const unit = unitStatistics(histogramOf([5, 6]), 4, 14);
    expect(relativeEntropy(unit)).toBe(unit.entropy / unit.entropyNull);
  });

  test('refuses histograms that cannot be', () => {
    const bad = (ranks: number[], counts: number[], images: number) => () =>
      unitStatistics({ ranks: Uint32Array.from(ranks), counts: Uint32Array.from(counts) }, images, 14);
    expect(bad([3], [5], 4)).toThrow(HistogramError);
    expect(bad([3], [5], 4)).toThrow('at most 4 births (images), found 5');
    expect(bad([4, 3], [1, 1], 4)).toThrow('ascending');
    expect(bad([3], [0], 4)).toThrow('at least once');
    expect(bad([0], [1], 4)).toThrow('ranks from 1');
    expect(bad([], [], 0)).toThrow('images');
  });

  test.each([
    { threshold: -1 },
    { threshold: 2.5 },
    { minSelectiveRate: 1 },
    { density: 0 },
    { density: NaN },
  ])('refuses the option %o', (options) => {
    expect(() => unitStatistics(histogramOf([]), 1, 14, options)).toThrow(Object.keys(options)[0]!);
  });
});

describe("the paper's entropy", () => {
  /** Its relation to the code's, which the definition does not use: ε (H − ln ε). */
  test.each([
    [[3, 4, 4, 9], 5],
    [[3, 4, 4, 9], 4],
    [[3, 3, 3, 3, 3], 7],
    [[5, 8, 13, 21, 34, 34, 21, 3, 3, 2], 100],
  ])('is ε (H − ln ε) for the births %j of %i images', (births, images) => {
    const unit = unitStatistics(histogramOf(births), images, 14);
    const rate = births.length / images;
    expect(unit.entropyPaper).toBeCloseTo(rate * (unit.entropy - Math.log(rate)), 14);
  });

  test("is the code's to the bit where every image has a birth", () => {
    const unit = unitStatistics(histogramOf([3, 4, 4, 9, 11, 11, 11]), 7, 14);
    expect(unit.entropyPaper).toBe(unit.entropy);
  });

  test('is ε ln m under ε = 0.1, which no unit of that ε exceeds, and 0 without births', () => {
    const under = unitStatistics(histogramOf([3, 3, 4]), 31, 14);
    expect(under.entropyPaper).toBeCloseTo((3 / 31) * Math.log(31), 14);
    const at = unitStatistics(histogramOf([3, 3, 4]), 30, 14);
    expect(at.entropyPaper).toBeCloseTo(-(2 / 30) * Math.log(2 / 30) - (1 / 30) * Math.log(1 / 30), 14);
    const apart = unitStatistics(histogramOf([3, 4, 5]), 30, 14);
    expect(apart.entropyPaper).toBeCloseTo((3 / 30) * Math.log(30), 14);
    expect(Object.is(unitStatistics(histogramOf([]), 30, 14).entropyPaper, 0)).toBe(true);
  });

  test('has the threshold of the sweep, and its own p', () => {
    const births = histogramOf([3, 4, 70, 80]);
    const options = { minSelectiveRate: 0.7 };
    expect(unitStatistics(births, 4, 28, options).entropyPaper).toBeCloseTo(0.5 * Math.log(4), 14);
    expect(unitStatistics(births, 4, 28, { threshold: 100 }).entropyPaper).toBeCloseTo(Math.log(4), 14);
  });
});
