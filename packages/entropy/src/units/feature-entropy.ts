import { ln } from './ln.js';

/**
 * The plug-in entropy, in nats, of how often each value was seen: −Σ (x/n) ln(x/n), a plain sum in the
 * order given. 0 where one value only was seen, or none.
 */
export function pluginEntropy(counts: ArrayLike<number>): number {
  let n = 0;
  for (let i = 0; i < counts.length; i++) n += counts[i]!;
  let entropy = 0;
  for (let i = 0; i < counts.length; i++) entropy += surprise(counts[i]!, n);
  return entropy;
}

/** One term of the sum: −(x/n) ln(x/n), 0 for x = 0. */
export function surprise(x: number, n: number): number {
  if (x === 0 || x === n) return 0;
  const share = x / n;
  return -share * ln(share);
}

/** Miller and Madow's correction of the plug-in estimate's bias: H + (K − 1) / 2n for K values seen. */
export function millerMadow(entropy: number, valuesSeen: number, n: number): number {
  return n === 0 ? 0 : entropy + (valuesSeen - 1) / (2 * n);
}
