const TINY = 1e-300;
const EPSILON = 1e-16;
const STEPS = 500;

// Lanczos, g = 7, n = 9 (Godfrey 2001); relative error below 1e-14 for x > 0.
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The chance of a standard normal value above z. */
export function normalAbove(z: number): number {
  return z >= 0 ? gammaAbove(0.5, (z * z) / 2) / 2 : 1 - gammaAbove(0.5, (z * z) / 2) / 2;
}

/** The chance that Student's t with `freedom` degrees of freedom is further from 0 than t. */
export function studentBeyond(t: number, freedom: number): number {
  return incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/** The z that a standard normal value is below with this chance; Newton's method on normalAbove. */
export function normalQuantile(chance: number): number {
  let z = 0;
  for (let step = 0; step < 100; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const change = (1 - normalAbove(z) - chance) / density;
    z -= Math.max(-1, Math.min(1, change));
    if (Math.abs(change) < 1e-14) break;
  }
  return z;
}

/** The t that Student's t with `freedom` degrees of freedom is below with this chance, from 0.5; by bisection. */
export function studentQuantile(chance: number, freedom: number): number {
  const above = (t: number): number => studentBeyond(t, freedom) / 2;
  let low = 0;
  let high = 1;
  while (above(high) > 1 - chance && high < 1e12) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-14 * high; step++) {
    const middle = (low + high) / 2;
    if (above(middle) > 1 - chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The logarithm of the gamma function, for x > 0. */
export function lnGamma(x: number): number {
  const shifted = x - 1;
  const base = shifted + 7.5;
  const sum = LANCZOS.reduce((total, c, i) => total + (i === 0 ? c : c / (shifted + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

/** The regularised upper incomplete gamma function Q(a, x): a series for small x, else Lentz's continued fraction. */
function gammaAbove(a: number, x: number): number {
  if (x === 0) return 1;
  const scale = Math.exp(-x + a * Math.log(x) - lnGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < STEPS && Math.abs(term) > Math.abs(sum) * EPSILON; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - sum * scale;
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < STEPS; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / nonZero(an * d + b);
    c = nonZero(b + an / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) break;
  }
  return scale * fraction;
}

/** The regularised incomplete beta function I_x(a, b) by Lentz's continued fraction. */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) break;
  }
  return (front * fraction) / a;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
