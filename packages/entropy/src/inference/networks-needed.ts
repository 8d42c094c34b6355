import { lnGamma, normalAbove, studentQuantile } from './distributions.js';

/** More than so many are not counted. */
const MOST = 10_000;
/** Intervals of Simpson's rule; the power is right to 1e-9. */
const INTERVALS = 400;

/**
 * How many networks a test of a mean against 0 at 95 % (Student's t, two-sided) needs to find a true difference with a chance of
 * `power`, where networks spread by `sd` around it: the smallest n whose power by the non-central t reaches it. null for more
 * than 10,000, and where nothing spreads.
 */
export function networksNeeded(sd: number, difference: number, power = 0.8): number | null {
  if (!(sd > 0) || !(difference > 0)) return null;
  const isEnough = (n: number): boolean => powerOf(n, difference / sd) >= power;
  let enough = 2;
  while (!isEnough(enough)) {
    if (enough === MOST) return null;
    enough = Math.min(MOST, 2 * enough);
  }
  let tooFew = Math.max(1, Math.floor(enough / 2));
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/**
 * The chance that n values around a mean of `effect` standard deviations have |t| above its 95 % bound: over s, the estimated
 * deviation in units of the true one, of a normal value further from 0 than the bound times s.
 */
function powerOf(n: number, effect: number): number {
  const freedom = n - 1;
  const bound = studentQuantile(0.975, freedom);
  const shift = Math.sqrt(n) * effect;
  const lnFactor = (freedom / 2) * Math.log(freedom / 2) + Math.LN2 - lnGamma(freedom / 2);
  const at = (s: number): number => {
    if (s <= 0) return freedom > 1 ? 0 : Math.exp(lnFactor);
    const density = Math.exp(lnFactor + (freedom - 1) * Math.log(s) - (freedom * s * s) / 2);
    return density * (normalAbove(bound * s - shift) + normalAbove(bound * s + shift));
  };
  // s is 1 give or take 1/√(2 freedom); twelve of those on either side hold all of it.
  const reach = 12 / Math.sqrt(2 * freedom);
  const low = Math.max(0, 1 - reach);
  const step = (1 + reach - low) / INTERVALS;
  let sum = at(low) + at(1 + reach);
  for (let i = 1; i < INTERVALS; i++) sum += (i % 2 === 1 ? 4 : 2) * at(low + i * step);
  return (sum * step) / 3;
}
