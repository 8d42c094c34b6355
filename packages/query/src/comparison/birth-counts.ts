import { countsAsBirth } from '@unitscope/entropy';
import type { UnitSample } from '../results/group-cells.js';

/** How many images of either side have each birth, by rank; those without one come last. */
export function birthCounts(
  first: readonly UnitSample[],
  second: readonly UnitSample[],
  threshold: number,
): [number, number][] {
  const counts = new Map<number, [number, number]>();
  const none: [number, number] = [0, 0];
  for (const [side, samples] of [first, second].entries()) {
    const at = side === 0 ? 0 : 1;
    for (const { histogram, images } of samples) {
      let born = 0;
      histogram.ranks.forEach((rank, i) => {
        if (!countsAsBirth(rank, threshold)) return;
        const count = histogram.counts[i] ?? 0;
        const pair = counts.get(rank) ?? [0, 0];
        pair[at] += count;
        counts.set(rank, pair);
        born += count;
      });
      none[at] += images - born;
    }
  }
  return [...[...counts].sort(([a], [b]) => a - b).map(([, pair]) => pair), none];
}
