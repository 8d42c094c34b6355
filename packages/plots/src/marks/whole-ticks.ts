/** Whole numbers for the ticks of counts: about so many, a power of ten or two or five times one apart, and none beyond them. */
function wholeTicks(values: Iterable<number>, count: number): number[] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isInteger(value)) return undefined;
    [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  // An axis of one level goes from 0 to beyond it.
  if (!(low < high)) [low, high] = [Math.min(0, low), Math.max(0, high)];
  const least = Math.max(1, (high - low) / count);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
  const ticks: number[] = [];
  for (let at = Math.ceil(low / step) * step + 0; at <= high; at += step) ticks.push(at);
  return ticks;
}

/** Ticks of an axis: how many, or at which whole numbers, which are shown as such. */
export interface WholeAxis {
  readonly ticks: number | number[];
  readonly tickFormat?: (value: number) => string;
}

/** The ticks of an axis of these values, 0 among them where it begins there: of counts at whole numbers, shown without a fraction. */
export function wholeAxis(values: Iterable<number>, count: number): WholeAxis {
  const ticks = wholeTicks(values, count);
  return ticks === undefined
    ? { ticks: count }
    : { ticks, tickFormat: (value) => value.toLocaleString('en').replace('-', '−') };
}
