import type { RowOf, Rows } from './row-columns.js';

/** How H is spread over the units of a layer at a checkpoint; `values` to draw it, ascending. */
export const spreadColumns = {
  checkpoint: 'text',
  layer: 'text',
  units: 'whole',
  sensitive: 'whole',
  cell_mean: 'number?',
  q05: 'number?',
  q25: 'number?',
  q50: 'number?',
  q75: 'number?',
  q95: 'number?',
  values: 'values',
} as const;

export type SpreadRow = RowOf<typeof spreadColumns>;

export interface SpreadNotes {
  readonly category: string | null;
  /** `2` or, where that is not all checkpoints of the training, `2 of 30`. */
  readonly shown: string;
}

export type SpreadRows = Rows<SpreadRow, SpreadNotes>;

/** A unit of a layer: mean H over the categories in which it has one, at each checkpoint of the notes. */
export const heatColumns = { unit: 'whole', values: 'numbers' } as const;

export type HeatRow = RowOf<typeof heatColumns>;

export interface HeatNotes {
  readonly layer: string;
  readonly category: string | null;
  readonly axis: string | null;
  /** Labels, one a value. */
  readonly checkpoints: readonly string[];
  /** How many checkpoints were looked at: `40` or `40 of 1000`. */
  readonly shown: string;
  /** How many of those have the layer: these are the ones of `checkpoints`. */
  readonly looked: number;
  readonly order: 'number' | 'moved';
  /** The place of the first row among all `units` of the layer, and how many rows a page has. */
  readonly from: number;
  readonly page: number;
  readonly units: number;
  /** Least and greatest value of all units; null where none has one. */
  readonly range: readonly [number, number] | null;
}

export type HeatRows = Rows<HeatRow, HeatNotes>;

/** A sensitive unit in one category. */
export const scatterColumns = { layer: 'text', selective_rate: 'number', entropy: 'number' } as const;

export type ScatterRow = RowOf<typeof scatterColumns>;

export interface ScatterNotes {
  readonly checkpoint: string;
  readonly category: string | null;
  /** How many (unit, category) there are, sensitive or not. */
  readonly units: number;
}

export type ScatterRows = Rows<ScatterRow, ScatterNotes>;

/** A sensitive unit in one category, by name. */
export const chosenUnitColumns = {
  layer: 'text',
  category: 'text?',
  unit: 'whole',
  entropy: 'number',
  selective_rate: 'number',
} as const;

export type ChosenUnitRow = RowOf<typeof chosenUnitColumns>;

/** How many images of a unit have a birth at an index (rank − 1). */
export const birthColumns = { index: 'whole', images: 'whole' } as const;

export type BirthRow = RowOf<typeof birthColumns>;

export interface BirthNotes {
  readonly layer: string;
  readonly unit: number;
  readonly checkpoint: string;
  readonly category: string | null;
  readonly images: number;
  /** Images without a birth. */
  readonly without: number;
  readonly threshold: number;
}

export type BirthRows = Rows<BirthRow, BirthNotes>;

/** A unit in one category at one checkpoint. */
export const unitPathColumns = {
  checkpoint: 'text',
  step: 'number',
  category: 'text?',
  entropy: 'number',
  selective_rate: 'number',
  ineffectiveness: 'number',
  births: 'whole',
  images: 'whole',
  sensitive: 'flag',
} as const;

export type UnitPathRow = RowOf<typeof unitPathColumns>;

export interface UnitPathNotes {
  /** The metadata that places the checkpoints; null: nothing does, and they have no order. */
  readonly axis: string | null;
  /** How many checkpoints these are: `40` or `40 of 1000`. */
  readonly shown: string;
}

export type UnitPathRows = Rows<UnitPathRow, UnitPathNotes>;

/** The birth index of a unit's map of one image; null: none was born. */
export const imageBirthColumns = { category: 'text?', image: 'text', index: 'whole?' } as const;

export type ImageBirthRow = RowOf<typeof imageBirthColumns>;

export type ImageBirthRows = Rows<ImageBirthRow, object>;
