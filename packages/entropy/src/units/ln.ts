const LN2_HIGH = 0.6931471803691238; // the upper 33 bits of ln 2, so that exponent * LN2_HIGH is exact
const LN2_LOW = 1.9082149292705877e-10;
const TERMS = 12;

/**
 * The natural logarithm of a finite positive number, within 2 ulp.
 *
 * ECMAScript leaves the last bits of Math.log to each engine and machine. Result tables must have the same
 * bytes everywhere, so this one is made of additions, multiplications and divisions alone, which IEEE 754
 * fixes to the bit: x = 2^e * f with f near 1, and ln f = 2 artanh((f - 1) / (f + 1)) by its series.
 */
export function ln(x: number): number {
  let exponent = 0;
  let fraction = x;
  while (fraction > Math.SQRT2) {
    fraction /= 2;
    exponent++;
  }
  while (fraction < Math.SQRT1_2) {
    fraction *= 2;
    exponent--;
  }
  const s = (fraction - 1) / (fraction + 1);
  const square = s * s;
  let series = 0;
  for (let k = TERMS; k >= 1; k--) series = square * (1 / (2 * k + 1) + series);
  return exponent * LN2_HIGH + (2 * s + (2 * s * series + exponent * LN2_LOW));
}
