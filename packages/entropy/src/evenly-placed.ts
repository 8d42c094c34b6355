import { pluginEntropy } from './units/feature-entropy.js';

/** Steps are drawn like a logarithm only where the last is at least so many times the first above 0. */
const WIDE = 20;

/** Whether steps, at or above 0, are drawn like a logarithm: that spaces them more evenly. */
export function isLogarithmic(steps: readonly number[]): boolean {
  const ascending = [...new Set(steps)].sort((a, b) => a - b);
  const [first = 0] = ascending;
  const least = ascending.find((step) => step > 0) ?? Infinity;
  if (first < 0 || (ascending.at(-1) ?? 0) < WIDE * least) return false;
  return evenness(ascending.map((step) => Math.log1p(step / least))) > evenness(ascending);
}

/** The Shannon entropy of the gaps between ascending places, as shares of their range. */
function evenness(places: readonly number[]): number {
  return pluginEntropy(places.slice(1).map((place, i) => place - (places[i] ?? 0)));
}

/**
 * Which of ascending steps are drawn where not all can be: at most `most`, the first and the last among them, evenly spaced on
 * the axis on which they are drawn. Their indices, ascending.
 */
export function evenlyPlaced(
  steps: readonly number[],
  most: number,
  axis: 'log' | 'linear' = isLogarithmic(steps) ? 'log' : 'linear',
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
