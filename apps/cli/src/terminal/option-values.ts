import { InvalidArgumentError } from 'commander';

/** The greatest number of a port. */
export const LAST_PORT = 65_535;

/** Reads a whole number from `least` up to `most` for an option. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const to = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number from ${least}${to}, found "${text}".`);
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

/** Reads a selective rate that units are to be above, for an option: from 0 to below 1. */
export function leastRate(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError(`Expected a number from 0 to below 1, found "${text}".`);
}

/** Reads the size of images for an option: N for N×N, or HEIGHTxWIDTH. */
export function imageSize(text: string): { height: number; width: number } {
  const [, height, width = height] = /^(\d{1,5})(?:x(\d{1,5}))?$/.exec(text) ?? [];
  const size = { height: Number(height), width: Number(width) };
  if (size.height >= 1 && size.width >= 1) return size;
  throw new InvalidArgumentError(`Expected N or HEIGHTxWIDTH, such as 224 or 224x320, found "${text}".`);
}

/** Reads which part of how many, `2/8`, for an option. */
export function shardOf(text: string): { index: number; count: number } {
  const [, index = '', count = ''] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index >= 1 && shard.index <= shard.count) return shard;
  throw new InvalidArgumentError(`Expected a part of how many, from 1/8 to 8/8 for eight, found "${text}".`);
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `0`, `90m`, `1h` or `7d` as milliseconds. */
export function duration(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text.trim()) ?? [];
  if (text.trim() === '0') return 0;
  if (number !== undefined) return Number(number) * (UNITS[unit] ?? 0);
  throw new InvalidArgumentError(`Expected a duration such as 0, 30s, 90m, 1h or 7d, found "${text}".`);
}
