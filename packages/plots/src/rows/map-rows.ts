import type { RowOf, Rows } from './row-columns.js';

/** A unit's map of one image: its mean, and its birth index; null: none was born; whether the sweep names the image itself. */
export const mapColumns = {
  image: 'text',
  activation: 'number',
  index: 'whole?',
  photographed: 'flag',
  size: 'whole',
  map: 'floats',
} as const;

export type MapRow = RowOf<typeof mapColumns>;

/** The same, and why it is shown: `highest`, `median`, `lowest` activation, `earliest` or `latest` birth. */
export const exampleColumns = { role: 'text', ...mapColumns } as const;

export type ExampleRow = RowOf<typeof exampleColumns>;

/** What is said of the maps of a unit in a category. */
export interface MapNotes {
  /** Where they come from: the store, activation files, or another forward pass. */
  readonly origin: 'kept' | 'files' | 'made';
  readonly images: number;
  /** Whether the sweep names images, to be shown as photographs. */
  readonly namesImages: boolean;
  /** Why some of these have no photograph where it does, in a sentence; null: all have one. */
  readonly lacking: string | null;
  /** Height and width of the maps before their centred square was cut out. */
  readonly shape: readonly [height: number, width: number];
  /** The least and the greatest value of all maps, which share one scale. */
  readonly range: { readonly low: number; readonly high: number };
}

export type ExampleRows = Rows<ExampleRow, MapNotes>;

/** Of one map: its category, by which density its graph grows, and the birth index of every other image. */
export interface OneMapNotes extends MapNotes {
  readonly category: string | null;
  readonly density: number;
  readonly births: readonly (readonly [image: string, index: number | null])[];
}

export type OneMapRows = Rows<MapRow, OneMapNotes>;
