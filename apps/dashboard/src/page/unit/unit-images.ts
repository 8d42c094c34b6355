import type { UnitCard } from '@unitscope/dashboard';
import type { MapNotes } from '@unitscope/plots';
import { queryText } from '../address.js';

/** The values that the ends of a colour bar stand for. */
export type MapRange = MapNotes['range'];

const ORIGINS: Readonly<Record<MapNotes['origin'], string>> = {
  kept: 'as the sweep kept them',
  files: 'from the activation files',
  made: 'made again from checkpoint and images',
};

export function originWords(origin: MapNotes['origin']): string {
  return ORIGINS[origin];
}

/** The address of an image of the sweep as its network sees it. */
export function photographUrl(
  sweep: string,
  {
    category,
    image,
    shape,
    side,
  }: { category: string; image: string; shape: MapNotes['shape']; side: number },
): string {
  return `/api/sweeps/${encodeURIComponent(sweep)}/photograph${queryText({ category, image, side, shape: shape.join('x') })}`;
}

/** The category of the image whose hole is shown: the one that is asked for, where the card is of it, else its first. */
export function chosenCategory({ categories }: UnitCard, asked: string | null): string {
  const names = categories.map(({ category }) => category ?? '');
  return asked !== null && names.includes(asked) ? asked : (names[0] ?? '');
}
