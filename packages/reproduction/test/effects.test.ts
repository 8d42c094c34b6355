import { describe, expect, it } from 'vitest';
import { judge } from '../src/verdict/effects.ts';
import type { Condition } from '../src/claims/condition.ts';
import type { Measure, Observation } from '../src/claims/measure.ts';

const MEASURES: Measure[] = [
  { name: 'change', label: 'change', claimed: { kind: 'below', bound: 0, negligible: 0.01 } },
  { name: 'fit', label: 'fit', claimed: { kind: 'control', atLeast: 0.97 } },
  { name: 'beside', label: 'beside', claimed: { kind: 'above', bound: 0, negligible: 0.01 }, decides: false },
];

/** Three networks of one condition. */
function networks(configuration: string, part: string, change: number[], fit: number[]): Observation[] {
  return change.flatMap((value, index) => [
    { configuration, part, measure: 'change', seed: index + 1, value },
    { configuration, part, measure: 'fit', seed: index + 1, value: fit[index] ?? NaN },
    { configuration, part, measure: 'beside', seed: index + 1, value },
  ]);
}

const named = (name: string, over: Partial<Condition> = {}): Condition => ({
  name,
  asked: 'paper',
  unmet: null,
  ...over,
});
const FITS = [0.99, 0.98, 1];
const FALLS = [-0.5, -0.52, -0.51];

describe('judge', () => {
  it('gives one verdict to each condition that was named, over its networks', () => {
    const { conditions } = judge(
      MEASURES,
      [named('pooling'), named('flatten'), named('unfit'), named('missing')],
      [
        ...networks('pooling', '', [-0.3, -0.31, -0.32], FITS),
        ...networks('flatten', '', [0.3, 0.31, 0.32], FITS),
        ...networks('unfit', '', FALLS, [0.99, 0.5, 1]),
      ],
    );
    expect(conditions.map(({ verdict }) => verdict)).toEqual(['supported', 'contradicted', 'open', 'open']);
    const [first] = conditions;
    expect(first?.networks).toBe(3);
    expect(first?.effects[0]?.mean).toBeCloseTo(-0.31, 12);
    expect(first?.effects[0]?.interval?.low).toBeCloseTo(
      -0.31 - (4.302652729911275 * 0.01) / Math.sqrt(3),
      9,
    );
    // What is judged apart is found, and decides nothing.
    expect(first?.effects[2]?.finding).toBe('contradicted');
  });

  it('gives no verdict to explorations, and none but "not applicable" where a premise is not met', () => {
    const { conditions } = judge(
      MEASURES,
      [named('other', { asked: 'explored' }), named('bent', { unmet: 'ReLU6 cuts' })],
      [...networks('other', '', FALLS, FITS), ...networks('bent', '', [0.3, 0.31, 0.32], FITS)],
    );
    expect(conditions.map(({ verdict }) => verdict)).toEqual([null, 'not applicable']);
    for (const { effects } of conditions) {
      expect(effects[0]?.interval).not.toBeNull();
      expect(effects.map(({ finding }) => finding)).toEqual([null, null, null]);
    }
  });

  it('lets layers decide nothing: they are parts of the networks', () => {
    const layers = ['conv1', 'conv2', 'conv3'].flatMap((part) => networks('pooling', part, FALLS, FITS));
    const { conditions, parts } = judge(MEASURES, [named('pooling')], layers);
    expect(conditions[0]).toMatchObject({ verdict: 'open', networks: 0 });
    expect(parts.map(({ part, networks: count }) => [part, count])).toEqual([
      ['conv1', 3],
      ['conv2', 3],
      ['conv3', 3],
    ]);
  });
});
