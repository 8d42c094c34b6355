import { closest, distance } from 'fastest-levenshtein';

/** The candidate that `name` was probably meant to be, or null where none is near. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0) return null;
  const best = closest(name.toLowerCase(), [...candidates]);
  const limit = Math.max(2, Math.floor(name.length / 3));
  return distance(name.toLowerCase(), best.toLowerCase()) <= limit ? best : null;
}
