import { countsAsBirth } from '@unitscope/entropy';
import type { UnitMap, UnitMaps } from '@unitscope/tasks';

/** Why an image is shown. */
export const EXAMPLE_ROLES = ['highest', 'median', 'lowest', 'earliest', 'latest'] as const;
export type ExampleRole = (typeof EXAMPLE_ROLES)[number];

export interface UnitExample {
  readonly role: ExampleRole;
  /** null: no image has a birth that counts. */
  readonly map: UnitMap | null;
}

/**
 * The images on which a unit is most, middling and least active (by the mean of the map), and those with the earliest and
 * the latest birth that counts. Of equals the first in the order of the images; of an even number the lower median.
 */
export function unitExamples({ maps }: Pick<UnitMaps, 'maps'>, threshold: number): readonly UnitExample[] {
  const byMean = [...maps].sort((a, b) => a.mean - b.mean);
  const born = maps
    .filter(({ birthRank }) => birthRank !== null && countsAsBirth(birthRank, threshold))
    .sort((a, b) => (a.birthRank ?? 0) - (b.birthRank ?? 0));
  const most = byMean.at(-1)?.mean;
  const last = born.at(-1)?.birthRank;
  const found: Record<ExampleRole, UnitMap | undefined> = {
    highest: byMean.find(({ mean }) => mean === most),
    median: byMean[Math.floor((byMean.length - 1) / 2)],
    lowest: byMean[0],
    earliest: born[0],
    latest: born.find(({ birthRank }) => birthRank === last),
  };
  return EXAMPLE_ROLES.map((role) => ({ role, map: found[role] ?? null }));
}
