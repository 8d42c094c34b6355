import { describe, expect, it } from 'vitest';
import { judge } from '../src/verdict/effects.ts';
import type { Measure, Observation } from '../src/claims/measure.ts';
import { verdictText } from '../src/page/page.ts';

const MEASURES: Measure[] = [
  { name: 'change', label: 'change', claimed: { kind: 'below', bound: 0, negligible: 0.01 } },
  { name: 'fit', label: 'fit', claimed: { kind: 'control', atLeast: 0.97 } },
  { name: 'other', label: 'other' },
];

/** Three networks of one case. */
function networks(configuration: string, part: string, change: number[], fit: number[]): Observation[] {
  return change.flatMap((value, index) => [
    { configuration, part, measure: 'change', seed: index + 1, value },
    { configuration, part, measure: 'fit', seed: index + 1, value: fit[index] ?? NaN },
  ]);
}

const FITS = [0.99, 0.98, 1];

describe('judge', () => {
  it('judges each case over its networks and names the conditions', () => {
    const judgement = judge('made', MEASURES, [
      ...networks('pooling', 'conv4', [-0.3, -0.31, -0.32], FITS),
      ...networks('pooling', 'conv5', [-0.5, -0.52, -0.51], FITS),
      ...networks('flatten', 'conv4', [0.3, 0.31, 0.32], FITS),
      ...networks('flatten', 'conv5', [-0.5, -0.52, -0.51], [0.99, 0.5, 1]),
    ]);
    expect(judgement.verdict).toBe('holds with conditions');
    expect(judgement.cases.map(({ finding }) => finding)).toEqual([
      'supported',
      'supported',
      'contradicted',
      'open',
    ]);
    expect(verdictText(judgement)).toBe(
      'holds with conditions. Supported: pooling (conv4, conv5). Contradicted: flatten (conv4). Open: flatten (conv5).',
    );
    const [first] = judgement.cases;
    expect(first?.effects[0]?.mean).toBeCloseTo(-0.31, 12);
    expect(first?.effects[0]?.interval?.low).toBeCloseTo(
      -0.31 - (4.302652729911275 * 0.01) / Math.sqrt(3),
      9,
    );
  });

  it('counts each network once in the effect over all', () => {
    const twoLayers = [
      ...networks('pooling', 'conv4', [-0.2, -0.2, -0.2], FITS),
      ...networks('pooling', 'conv5', [-0.4, -0.4, -0.4], FITS),
      ...networks('flatten', 'conv4', [-0.1, -0.1, -0.1], FITS),
    ];
    const { overall } = judge('made', MEASURES, twoLayers);
    expect(overall?.networks).toBe(6);
    expect(overall?.mean).toBeCloseTo(-0.2, 12);
    expect(overall?.test?.p).toBe(2 / 2 ** 6);
    expect(overall?.permutation?.high).toBeLessThan(0);
    expect(overall?.bootstrap?.low).toBeCloseTo(-0.2, 12);
  });

  it('has no interval over all of what is measured of one network again and again', () => {
    const same = networks('a', '', [0.5, 0.5, 0.5], FITS);
    expect(judge('made', MEASURES, same).overall).toMatchObject({ mean: 0.5, bootstrap: null, test: null });
  });

  it('does not take units for networks: many values of one seed are one network', () => {
    const one = Array.from({ length: 50 }, (_, index): Observation => {
      return {
        configuration: 'pooling',
        part: `conv${index}`,
        measure: 'change',
        seed: 1,
        value: -1 - index / 100,
      };
    });
    const judgement = judge('made', MEASURES, one);
    expect(judgement.overall?.networks).toBe(1);
    expect(judgement.overall?.test?.p).toBe(1);
    expect(judgement.verdict).toBe('undecided');
  });
});
