import { queryText } from '../address.js';
import type { Rows } from '../remote-data.js';

/** A map with the image it is of, as the server's tables have it. */
export interface MapRow {
  readonly image: string;
  /** Mean of the map. */
  readonly activation: number;
  /** Birth index; null: no birth. */
  readonly index: number | null;
  readonly size: number;
  readonly map: ArrayLike<number>;
}

export interface ExampleRow extends MapRow {
  readonly role: 'highest' | 'median' | 'lowest' | 'earliest' | 'latest';
}

/** The values that the ends of a colour bar stand for. */
export interface MapRange {
  readonly low: number;
  readonly high: number;
}

/** What the notes of a table of maps say. */
export interface MapNotes {
  readonly origin: string;
  readonly images: number;
  readonly hasPhotographs: boolean;
  /** Height and width of the maps before their centred square was cut out. */
  readonly shape: readonly [height: number, width: number];
  readonly range: MapRange;
}

export function mapNotes({ notes }: Rows<MapRow>): MapNotes {
  const [height = 1, width = 1] = (notes.get('shape') ?? '1x1').split('x').map(Number);
  return {
    origin: notes.get('origin') ?? '',
    images: Number(notes.get('images') ?? 0),
    hasPhotographs: notes.get('hasPhotographs') === 'yes',
    shape: [height, width],
    range: { low: Number(notes.get('low') ?? 0), high: Number(notes.get('high') ?? 1) },
  };
}

const ORIGINS: Readonly<Record<string, string>> = {
  kept: 'as the sweep kept them',
  files: 'from the activation files; the sweep names no images',
  made: 'made again from checkpoint and images',
};

export function originWords(origin: string): string {
  return ORIGINS[origin] ?? '';
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
