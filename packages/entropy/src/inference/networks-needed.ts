import { studentQuantile } from './distributions.js';

/** More than so many are not counted. */
const MOST = 10_000;

/**
 * How many networks a test of a mean against 0 at 95 % (Student's t, two-sided) needs to find a true difference with a chance of
 * `power`, where networks spread by `sd` around it: the smallest n with √n · difference / sd ≥ t(0.975; n − 1) + t(power; n − 1),
 * which is within one of the figure by the non-central t. null for more than 10,000, and where nothing spreads.
 */
export function networksNeeded(sd: number, difference: number, power = 0.8): number | null {
  if (!(sd > 0) || !(difference > 0)) return null;
  const enough = (n: number): boolean =>
    (Math.sqrt(n) * difference) / sd >= studentQuantile(0.975, n - 1) + studentQuantile(power, n - 1);
  for (let n = 2; n <= MOST; n++) if (enough(n)) return n;
  return null;
}
