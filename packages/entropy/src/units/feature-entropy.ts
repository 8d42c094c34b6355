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

/** p of the paper's Eq. 12: under this selective rate a unit has the largest entropy that its births could have. */
export const PAPER_LEAST_RATE = 0.1;

/**
 * The entropy of the paper's text (its Eq. 9 to 12), in nats, of how many of `images` have each birth: the births are
 * divided by all images, so that the shares sum to ε; under ε = PAPER_LEAST_RATE it is ε ln(images). Equal to
 * `pluginEntropy` where every image has a birth (docs/method.md, section 2).
 */
export function paperEntropy(counts: ArrayLike<number>, images: number): number {
  let births = 0;
  let entropy = 0;
  for (let i = 0; i < counts.length; i++) {
    births += counts[i]!;
    entropy += surprise(counts[i]!, images);
  }
  const rate = births / images;
  return rate < PAPER_LEAST_RATE ? rate * ln(images) : entropy;
}
