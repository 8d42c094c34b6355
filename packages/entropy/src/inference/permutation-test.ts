import type { Interval } from './bootstrap.js';
import { Random, seedOf, meanOf } from '@unitscope/base';

export interface PermutationTest {
  /** Mean of the first − mean of the second sample, or mean of the differences. */
  readonly statistic: number;
  /** Two-sided: twice the smaller share of rearrangements whose statistic is as large or larger, as small or smaller. */
  readonly p: number;
  /** The smallest p that samples of these sizes can have. */
  readonly smallest: number;
  /** Whether all rearrangements were gone through. */
  readonly exact: boolean;
}

/** Up to so many rearrangements are gone through one by one; of more, so many are drawn. */
const MOST = 100_000;
/** Statistics that rounding alone tells apart are equal. */
const TOLERANCE = 1e-12;

/**
 * Permutation test of the means of two samples (scipy.stats.permutation_test, permutation_type="independent"). Its values
 * are of networks, one each. null where a sample is empty. `identity` seeds the draws.
 */
export function permutationTest(
  first: readonly number[],
  second: readonly number[],
  identity: string,
): PermutationTest | null {
  if (first.length === 0 || second.length === 0) return null;
  const all = [...first, ...second];
  const k = first.length;
  const total = all.reduce((sum, value) => sum + value, 0);
  const statisticOf = (sum: number): number => sum / k - (total - sum) / (all.length - k);
  const observed = statisticOf(first.reduce((sum, value) => sum + value, 0));
  const count = choose(all.length, k);
  const exact = count <= MOST;
  const rearranged = exact ? sumsOfSubsets(all, k) : sumsOfDraws(all, k, identity);
  return outcome(observed, rearranged.map(statisticOf), all, exact);
}

/**
 * Sign-flip test of paired differences, one a network: were they as likely to have the other sign?
 * (scipy.stats.permutation_test, permutation_type="samples".) null without differences.
 */
export function signFlipTest(differences: readonly number[], identity: string): PermutationTest | null {
  const n = differences.length;
  if (n === 0) return null;
  const observed = meanOf(differences);
  const exact = 2 ** n <= MOST;
  const means = flippedMeans(differences, identity);
  return outcome(observed, means, differences, exact);
}

/**
 * All shifts that the sign-flip test does not reject: an interval of the mean difference that assumes symmetry alone.
 * null where so few differences cannot reject anything (fewer than 6 at 95 %).
 */
export function signFlipInterval(
  differences: readonly number[],
  identity: string,
  coverage = 0.95,
): Interval | null {
  const rejected = (shift: number): boolean => {
    const test = signFlipTest(
      differences.map((value) => value - shift),
      identity,
    );
    return test !== null && test.p <= 1 - coverage;
  };
  const spread = Math.max(...differences.map(Math.abs), 0) * 2 + 1;
  const mean = differences.length === 0 ? 0 : meanOf(differences);
  if (!rejected(mean - spread) || !rejected(mean + spread)) return null;
  const edge = (inside: number, outside: number): number => {
    let [near, far] = [inside, outside];
    for (let step = 0; step < 60; step++) {
      const middle = (near + far) / 2;
      if (rejected(middle)) far = middle;
      else near = middle;
    }
    return near;
  };
  return { low: edge(mean, mean - spread), high: edge(mean, mean + spread) };
}

function outcome(
  observed: number,
  rearranged: readonly number[],
  values: readonly number[],
  exact: boolean,
): PermutationTest {
  const near = TOLERANCE * Math.max(1, ...values.map(Math.abs));
  const large = rearranged.filter((statistic) => statistic >= observed - near).length;
  const small = rearranged.filter((statistic) => statistic <= observed + near).length;
  // Of drawn rearrangements the observed one is one more.
  const count = rearranged.length + (exact ? 0 : 1);
  const tail = Math.min(large, small) + (exact ? 0 : 1);
  return { statistic: observed, p: Math.min(1, (2 * tail) / count), smallest: 2 / count, exact };
}

function choose(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= k; i++) count = (count * (n - k + i)) / i;
  return Math.round(count);
}

/** The sums of all subsets of k values. */
function sumsOfSubsets(values: readonly number[], k: number): number[] {
  const sums: number[] = [];
  const visit = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      sums.push(sum);
      return;
    }
    for (let i = from; i <= values.length - left; i++) visit(i + 1, left - 1, sum + values[i]!);
  };
  visit(0, k, 0);
  return sums;
}

function sumsOfDraws(values: readonly number[], k: number, identity: string): number[] {
  const random = new Random(seedOf(identity));
  const shuffled = Float64Array.from(values);
  return Array.from({ length: MOST }, () => {
    let sum = 0;
    for (let i = 0; i < k; i++) {
      const other = i + random.below(shuffled.length - i);
      [shuffled[i], shuffled[other]] = [shuffled[other]!, shuffled[i]!];
      sum += shuffled[i]!;
    }
    return sum;
  });
}

/** The means under all changes of sign, or under as many drawn ones as are held. */
function flippedMeans(differences: readonly number[], identity: string): number[] {
  const n = differences.length;
  if (2 ** n <= MOST) {
    return Array.from({ length: 2 ** n }, (_, signs) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (signs >>> i) & 1 ? -differences[i]! : differences[i]!;
      return sum / n;
    });
  }
  const random = new Random(seedOf(identity));
  return Array.from({ length: MOST }, () => {
    let sum = 0;
    for (const difference of differences) sum += random.below(2) === 1 ? -difference : difference;
    return sum / n;
  });
}
