/** The births of one unit over images: raw ranks ascending, and how many images have each. */
export interface BirthHistogram {
  readonly ranks: Uint32Array;
  readonly counts: Uint32Array;
}

/** Counts raw birth ranks, uncut; 0 means an image without a birth and is left out. */
export function histogramOf(birthRanks: Iterable<number>): BirthHistogram {
  const seen = new Map<number, number>();
  for (const rank of birthRanks) {
    if (rank !== 0) seen.set(rank, (seen.get(rank) ?? 0) + 1);
  }
  const ranks = Uint32Array.from(seen.keys()).sort();
  return { ranks, counts: ranks.map((rank) => seen.get(rank)!) };
}

/**
 * Whether a raw birth rank counts under the published rule: the index is rank − 1, an index above the
 * threshold reads as no birth, and so does index 0 (docs/method.md, section 1, step 5).
 */
export function countsAsBirth(rank: number, threshold: number): boolean {
  return rank >= 2 && rank - 1 <= threshold;
}
