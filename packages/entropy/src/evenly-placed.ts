/** Over a wider range than that steps are drawn like a logarithm. */
const WIDE = 50;

/** Whether steps are drawn like a logarithm: the last is far beyond the first above 0. */
export function isWide(steps: readonly number[]): boolean {
  const positive = steps.filter((step) => step > 0);
  return positive.length > 0 && Math.max(...positive) / Math.min(...positive) > WIDE;
}

/**
 * Which of ascending steps are drawn where not all can be: at most `most`, the first and the last among them, evenly spaced on
 * the axis on which they are drawn. Their indices, ascending.
 */
export function evenlyPlaced(
  steps: readonly number[],
  most: number,
  axis: 'log' | 'linear' = isWide(steps) ? 'log' : 'linear',
): number[] {
  if (steps.length <= most) return [...steps.keys()];
  const least = Math.min(...steps.filter((step) => step > 0));
  const place = axis === 'log' ? (step: number) => Math.log1p(step / least) : (step: number) => step;
  const places = steps.map(place);
  const [first, end] = [places[0] ?? 0, places.at(-1) ?? 0];
  const chosen: number[] = [];
  for (let i = 0; i < most; i++) {
    const target = first + ((end - first) * i) / (most - 1);
    // At least as many must be left as are still to be chosen.
    const latest = steps.length - (most - i);
    let at = (chosen.at(-1) ?? -1) + 1;
    while (at < latest && Math.abs((places[at + 1] ?? 0) - target) <= Math.abs((places[at] ?? 0) - target))
      at++;
    chosen.push(at);
  }
  return chosen;
}

/** At most so many items, evenly spaced, the first and the last among them. */
export function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => items[Math.round(i * step)]).filter(
    (item): item is T => item !== undefined,
  );
}
