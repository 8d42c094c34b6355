interface Interval {
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
}

/** All levels of what is drawn with its intervals. */
export function levelsOf(
  series: readonly { readonly points: readonly Interval[] }[],
): (number | null | undefined)[] {
  return series.flatMap(({ points }) => points.flatMap(({ value, low, high }) => [value, low, high]));
}

/** A domain from 0 where all levels are one: an axis of no extent would have ticks of many decimals. Nothing where they differ. */
export function levelDomain(levels: Iterable<number | null | undefined>): { domain?: [number, number] } {
  const [level, ...others] = new Set([...levels].filter((value) => typeof value === 'number'));
  if (level === undefined || others.length > 0) return {};
  return { domain: level < 0 ? [2 * level, 0] : [0, 2 * level || 1] };
}
