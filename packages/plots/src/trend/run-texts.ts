/** How a page or a terminal writes a figure: so many digits after the point, nothing where it is not known. */
type Figure = (value: number | null, digits?: number) => string | number;

/** A mean over the trainings of a setting that have a value. */
interface MeanOverRuns {
  readonly runs: number;
  readonly mean: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** A figure of each training: the lowest, the median, the highest. */
interface RangeOverRuns {
  readonly runs: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** `1.234 [1.100, 1.368]`, and over how many trainings that is where not `all` of them have a value. */
export function meanText({ mean, interval, runs }: MeanOverRuns, all: number, figure: Figure): string {
  const bounds = interval === null ? '' : ` [${figure(interval.low)}, ${figure(interval.high)}]`;
  return `${figure(mean)}${bounds}${partWords(runs, all)}`;
}

/** `0.60 (0.42 to 0.81)`, and of how many trainings that is where not `all` of them have a value. */
export function rangeText(range: RangeOverRuns | null, all: number, figure: Figure): string {
  if (range === null) return '';
  const { runs, low, median, high } = range;
  const ends = runs === 1 ? '' : ` (${figure(low, 2)} to ${figure(high, 2)})`;
  return `${figure(median, 2)}${ends}${partWords(runs, all)}`;
}

function partWords(runs: number, all: number): string {
  return runs === all || runs === 0 ? '' : ` (${runs} of ${all})`;
}
