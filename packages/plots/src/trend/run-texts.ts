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

/** In how many of how many trainings a layer settled, and at which steps, ascending. */
interface SettledOverRuns {
  readonly settled: number;
  readonly trainings: number;
  readonly settledSteps: readonly number[];
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

/** In how many of the trainings that tell it a layer settled, and at which steps: `1 of 2 (48)`, `3 of 5 (16 to 48)`. */
export function settledText({ settled, trainings, settledSteps }: SettledOverRuns): string {
  if (trainings === 0) return '';
  return `${settled} of ${trainings}${settledSteps.length === 0 ? '' : ` (${stepsText(settledSteps)})`}`;
}

/** `48`, or from the first of ascending steps to the last: `16 to 48`. */
export function stepsText(steps: readonly number[]): string {
  const [low, high] = [steps[0] ?? 0, steps.at(-1) ?? 0];
  return low === high ? String(low) : `${low} to ${high}`;
}

function partWords(runs: number, all: number): string {
  return runs === all || runs === 0 ? '' : ` (${runs} of ${all})`;
}
