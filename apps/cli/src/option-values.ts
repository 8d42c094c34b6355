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

/** Reads the size of images for an option: N for N×N, or HEIGHTxWIDTH. */
export function imageSize(text: string): { height: number; width: number } {
  const [, height, width = height] = /^(\d{1,5})(?:x(\d{1,5}))?$/.exec(text) ?? [];
  const size = { height: Number(height), width: Number(width) };
  if (size.height >= 1 && size.width >= 1) return size;
  throw new InvalidArgumentError(`Expected N or HEIGHTxWIDTH, such as 224 or 224x320, found "${text}".`);
}
