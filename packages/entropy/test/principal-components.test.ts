import { describe, expect, it } from 'vitest';
import { principalComponents } from '../src/index.js';

// python -c "import numpy as np; X=np.array(ROWS); U,S,V=np.linalg.svd(X-X.mean(0),full_matrices=False); print(U*S,V,S**2/(S**2).sum())"
// with the sign of each component such that its largest loading is positive.
const ROWS = [
  [2.1, 1.9, 1.2, 0.4],
  [2.0, 1.7, 1.3, 0.6],
  [1.8, 1.5, 1.1, 0.9],
  [1.5, 1.6, 0.9, 1.4],
  [1.1, 1.2, 0.8, 1.6],
  [0.9, 1.0, 1.0, 1.7],
];
const NUMPY = {
  loadings: [
    [-0.6038447387701651, -0.38649053442163833, -0.1923231573623849, 0.670080891687139],
    [0.2112291731410282, 0.6731649159782583, -0.5756059097832729, 0.41341150072622823],
  ],
  scores: [
    [
      -0.9809933478051271, -0.7285269044425927, -0.29097095082561325, 0.22503849467931913, 0.7744210980297073,
      1.001031610364305,
    ],
    [
      0.017412003690305454, -0.11322218765253078, -0.05095637330186511, 0.27481829867342134,
      0.061303554149279404, -0.1893552955586098,
    ],
  ],
  explained: [0.9509906200005684, 0.038525312450223025, 0.005778260202447084, 0.004705807346761345],
};

const close = (found: ArrayLike<number> | undefined, expected: readonly number[] | undefined): void => {
  expect(found?.length).toBe(expected?.length);
  expected?.forEach((value, i) => expect(found?.[i]).toBeCloseTo(value, 12));
};

describe('principal components', () => {
  it('are those of numpy’s singular value decomposition of the centred table', () => {
    const { scores, loadings, explained } = principalComponents(ROWS, 4);
    close(explained, NUMPY.explained);
    for (const at of [0, 1]) {
      close(scores[at], NUMPY.scores[at]);
      close(loadings[at], NUMPY.loadings[at]);
    }
  });

  it('of a table that is wider than long put the table together again', () => {
    const wide = [0, 1, 2].map((i) => Array.from({ length: 7 }, (_, j) => Math.sin(3 * i + j * j)));
    const { scores, loadings, explained } = principalComponents(wide, 7);
    expect(explained.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    // Three points lie in a plane.
    expect(explained[2]).toBeCloseTo(0, 12);
    const means = wide[0]!.map((_, j) => wide.reduce((sum, row) => sum + row[j]!, 0) / 3);
    wide.forEach((row, i) =>
      row.forEach((value, j) => {
        const made = scores.reduce((sum, score, c) => sum + score[i]! * loadings[c]![j]!, means[j]!);
        expect(made).toBeCloseTo(value, 12);
      }),
    );
  });

  it('explain nothing where nothing varies, and refuse rows of different lengths', () => {
    expect(
      principalComponents(
        [
          [1, 2],
          [1, 2],
        ],
        2,
      ).explained,
    ).toEqual([0, 0]);
    expect(() => principalComponents([[1, 2], [1]], 2)).toThrow(/rows of 2 values/);
  });
});
