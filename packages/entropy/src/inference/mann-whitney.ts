import { normalAbove } from './distributions.js';
import { exactMannWhitney } from './exact-ranks.js';

export interface MannWhitney {
  /** Of the first sample: pairs in which its value is the larger one, equal pairs counting half. */
  readonly u: number;
  /**
   * Two-sided: exact for samples without ties of which one has 8 values or fewer, else the normal approximation with
   * corrections for ties and continuity; 1 where all values are equal.
   */
  readonly p: number;
  /** Rank-biserial correlation 2U / (n₁ n₂) − 1: from −1, the first sample lies wholly below, to 1, above. */
  readonly effect: number;
}

const FEW = 8;
/** Pairs of larger samples are too many to go through. */
const MOST_PAIRS = 2000;

/**
 * The Mann–Whitney U test of two samples, as scipy.stats.mannwhitneyu with method="auto". null where a sample is
 * empty. Its p wants independent values; units of one network are not quite that (docs/results.md).
 */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): MannWhitney | null {
  const counts = new Map<number, [number, number]>();
  const count = (values: ArrayLike<number>, side: 0 | 1): void => {
    for (let i = 0; i < values.length; i++) {
      const pair = counts.get(values[i]!);
      if (pair === undefined) counts.set(values[i]!, side === 0 ? [1, 0] : [0, 1]);
      else pair[side]++;
    }
  };
  count(first, 0);
  count(second, 1);
  return mannWhitneyCounts([...counts].sort(([a], [b]) => a - b).map(([, pair]) => pair));
}

/** The same of counts: how often each value was seen in either sample, by ascending value. */
export function mannWhitneyCounts(counts: readonly (readonly [number, number])[]): MannWhitney | null {
  let n1 = 0;
  let n2 = 0;
  let u = 0;
  let ties = 0;
  for (const [a, b] of counts) {
    u += a * (n2 + b / 2);
    n1 += a;
    n2 += b;
    const t = a + b;
    ties += t * t * t - t;
  }
  if (n1 === 0 || n2 === 0) return null;
  const effect = (2 * u) / (n1 * n2) - 1;
  if (ties === 0 && Math.min(n1, n2) <= FEW && n1 * n2 <= MOST_PAIRS)
    return { u, p: exactMannWhitney(u, n1, n2), effect };
  const n = n1 + n2;
  const variance = ((n1 * n2) / 12) * (n + 1 - ties / (n * (n - 1)));
  const distance = Math.max(u, n1 * n2 - u) - (n1 * n2) / 2 - 0.5;
  const p = variance > 0 ? Math.min(1, 2 * normalAbove(distance / Math.sqrt(variance))) : 1;
  return { u, p, effect };
}
