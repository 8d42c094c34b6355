import { describe, expect, test } from 'vitest';
import { histogramOf } from '../src/units/birth-histogram.js';
import { layerSummaries } from '../src/layers/layer-summary.js';
import { relativeEntropy, unitStatistics } from '../src/units/unit-statistics.js';

const unit = (...births: number[]) => unitStatistics(histogramOf(births), 4, 14);
const chaotic = unit(3, 4, 5, 6);
const steady = unit(7, 7, 7, 8);
const single = unit(9, 0, 0, 0);
const silent = unit(0, 0, 0, 0);

const categories = [
  { category: 'cats', units: [0, 1, 2, 3], statistics: [chaotic, steady, silent, single] },
  { category: 'dogs', units: [0, 1, 2], statistics: [chaotic, silent, silent] },
  { category: 'fog', units: [0, 1], statistics: [silent, silent] },
];
const [cats, dogs, fog, all] = layerSummaries('digest/conv1', categories) as [Row, Row, Row, Row];
type Row = ReturnType<typeof layerSummaries>[number];

describe('layerSummaries', () => {
  test('gives a row a category, then the mean over categories', () => {
    expect([cats.category, dogs.category, fog.category, all.category]).toEqual(['cats', 'dogs', 'fog', null]);
  });

  test('averages entropy over sensitive units only, the selective rate over all', () => {
    expect(cats).toMatchObject({ units: 4, sensitiveUnits: 3, meanSelectiveRate: (1 + 1 + 0 + 0.25) / 4 });
    expect(cats.entropy.pairs).toBe(3);
    expect(cats.entropy.mean).toBeCloseTo((chaotic.entropy + steady.entropy + 0) / 3, 14);
    expect(dogs.entropy).toMatchObject({ pairs: 1, mean: chaotic.entropy, sd: null });
  });

  test('leaves units with one birth out of the relative entropy, whose null is 0', () => {
    expect(cats.relativeEntropy.pairs).toBe(2);
    expect(cats.relativeEntropy.mean).toBeCloseTo(
      (relativeEntropy(chaotic)! + relativeEntropy(steady)!) / 2,
      14,
    );
  });

  test("averages the paper's entropy over all units, silent ones as well", () => {
    const values = [chaotic, steady, silent, single].map(({ entropyPaper }) => entropyPaper);
    expect(cats.entropyPaper.pairs).toBe(4);
    expect(cats.entropyPaper.mean).toBeCloseTo(values.reduce((sum, value) => sum + value) / 4, 14);
    expect(dogs.entropyPaper.mean).toBeCloseTo(chaotic.entropyPaper / 3, 14);
    expect(fog.entropyPaper).toMatchObject({ pairs: 2, mean: 0 });
    expect(all.entropyPaper.mean).toBeCloseTo((cats.entropyPaper.mean! + dogs.entropyPaper.mean!) / 3, 14);
  });

  test('says nothing of a category without a sensitive unit', () => {
    expect(fog.entropy).toMatchObject({ pairs: 0, mean: null, low: null, high: null, q50: null });
    expect(fog.meanSelectiveRate).toBe(0);
  });

  test('averages over the categories that have a figure', () => {
    expect(all).toMatchObject({ units: 4, sensitiveUnits: 3 });
    expect(all.entropy.pairs).toBe(4);
    expect(all.entropy.mean).toBeCloseTo((cats.entropy.mean! + dogs.entropy.mean!) / 2, 14);
    expect(all.entropy.q25).toBeCloseTo((cats.entropy.q25! + dogs.entropy.q25!) / 2, 14);
    expect(all.entropy.sd).toBe(cats.entropy.sd);
    expect(all.meanSelectiveRate).toBeCloseTo(
      (cats.meanSelectiveRate! + dogs.meanSelectiveRate! + 0) / 3,
      14,
    );
    expect(all.entropy.low).toBeLessThanOrEqual(all.entropy.mean!);
    expect(all.entropy.high).toBeGreaterThanOrEqual(all.entropy.mean!);
  });

  test('depends on the identity, and on nothing else', () => {
    expect(layerSummaries('digest/conv1', categories)).toEqual([cats, dogs, fog, all]);
    const [other] = layerSummaries('digest/conv2', categories, { resamples: 37 });
    const [same] = layerSummaries('digest/conv1', categories, { resamples: 37 });
    expect(other!.entropy.mean).toBe(same!.entropy.mean);
    expect([other!.entropy.low, other!.entropy.high]).not.toEqual([same!.entropy.low, same!.entropy.high]);
  });
});
