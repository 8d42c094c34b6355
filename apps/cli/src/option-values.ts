import { InvalidArgumentError } from 'commander';

/** Reads a whole number from `least` for an option. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least}, found "${text}".`);
  };
}

/** Reads a number above or from `low` up to `high` for an option. */
export function numberIn(low: number, high: number, lowIncluded: boolean): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const above = lowIncluded ? value >= low : value > low;
    if (text.trim() !== '' && above && value <= high) return value;
    throw new InvalidArgumentError(
      `Expected a number ${lowIncluded ? `from ${low} to` : `above ${low}, at most`} ${high}, found "${text}".`,
    );
  };
}
