import type { Interval } from '@unitscope/entropy';

const DIGITS = 3;

/** `−0.133 [−0.246, −0.021]`; `–` where there is no number, and no interval that is narrower than the last digit. */
export function withInterval(mean: number, interval: Interval | null, digits = DIGITS): string {
  const [low, high] =
    interval === null ? ['', ''] : [fixed(interval.low, digits), fixed(interval.high, digits)];
  const range = low === high ? '' : ` [${low}, ${high}]`;
  return `${Number.isFinite(mean) ? fixed(mean, digits) : '–'}${range}`;
}

/** `−0.133`; of what rounds to 0 no sign. */
export function fixed(value: number, digits = DIGITS): string {
  return value
    .toFixed(digits)
    .replace(/^-(0\.?0*)$/, '$1')
    .replace('-', '−');
}
