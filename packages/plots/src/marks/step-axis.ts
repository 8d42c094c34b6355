/** Where steps stand along an axis, from 0 to 1, and which of them are labelled. */
export interface StepAxis {
  readonly steps: readonly number[];
  /** The symlog constant, or null for a linear axis. */
  readonly constant: number | null;
  readonly domain: readonly [first: number, last: number];
  position(step: number): number;
  /** Steps to label, so that labels keep the given share of the axis apart; first and last are among them. */
  ticks(minDistance: number): number[];
}

/**
 * An axis over ascending measured steps. The log-like one is a symlog whose constant is the first step above
 * 0, so that 0 has its place a little left of it.
 */
export function stepAxis(steps: readonly number[], scale: 'log' | 'linear'): StepAxis {
  const first = steps[0] ?? 0;
  const last = steps.at(-1) ?? first;
  const constant = scale === 'log' ? (steps.find((step) => step > 0) ?? 1) : null;
  const transform = (step: number): number => (constant === null ? step : Math.log1p(step / constant));
  const span = transform(last) - transform(first);
  const position = (step: number): number => (span === 0 ? 0 : (transform(step) - transform(first)) / span);
  const ticks = (minDistance: number): number[] => {
    const chosen: number[] = [];
    for (const step of steps) {
      const previous = chosen.at(-1);
      const farFromPrevious = previous === undefined || position(step) - position(previous) >= minDistance;
      if (step === last || (farFromPrevious && 1 - position(step) >= minDistance)) chosen.push(step);
    }
    return chosen;
  };
  return { steps, constant, domain: [first, last], position, ticks };
}

export function formatStep(step: number): string {
  return step >= 10_000 && step % 1000 === 0 ? `${step / 1000}k` : String(step);
}
