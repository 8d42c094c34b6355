/** Whole numbers for the ticks of counts: about so many, a power of ten or two or five times one apart. */
export function wholeTicks(values: Iterable<number>, count: number): number[] | undefined {
  let [low, high] = [0, 0];
  for (const value of values) {
    if (!Number.isInteger(value)) return undefined;
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  const least = Math.max(1, (high - low) / count);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
  const ticks: number[] = [];
  for (let at = Math.ceil(low / step) * step + 0; at <= high; at += step) ticks.push(at);
  return ticks;
}
