import type { MarkRow } from '../marks/mark-row.js';
import type { RowOf, Rows } from './row-columns.js';

/** A layer at a checkpoint: mean H and its 95 % interval over units, H / H of noise, ε, and the metadata column beside it. */
export const trendColumns = {
  layer: 'text',
  layer_index: 'whole?',
  checkpoint: 'text',
  step: 'number',
  entropy: 'number?',
  low: 'number?',
  high: 'number?',
  relative: 'number?',
  relative_low: 'number?',
  relative_high: 'number?',
  selective_rate: 'number?',
  against: 'number?',
} as const;

export type TrendRow = RowOf<typeof trendColumns>;

/** What a point of such a row shows: the metadata column stands under its own name. */
export function trendPoint({ against, ...row }: TrendRow, column: string | null): MarkRow {
  return column === null ? row : { ...row, [column]: against };
}

export interface TrendNotes {
  /** The metadata that places the checkpoints; null: nothing does, and they have no order. */
  readonly axis: string | null;
  /** The metadata column of `against`. */
  readonly against: string | null;
  /** The one whose H this is; null: means over all. */
  readonly category: string | null;
  /** How many checkpoints these are: `40` or, where that is not all of them, `40 of 1000`. */
  readonly shown: string;
}

/** Every layer at every checkpoint of a training, by layer. */
export type TrendRows = Rows<TrendRow, TrendNotes>;

/** A layer over a training: from where to where, when it settled, how it goes with the metadata column. */
export const layerColumns = {
  layer: 'text',
  map_size: 'whole',
  first: 'number?',
  last: 'number?',
  relative_last: 'number?',
  selective_rate_last: 'number?',
  settled: 'text?',
  settles: 'flag',
  settled_at: 'whole?',
  pearson: 'number?',
  pearson_low: 'number?',
  pearson_high: 'number?',
  spearman: 'number?',
  spearman_low: 'number?',
  spearman_high: 'number?',
  p: 'number?',
  lag: 'whole?',
  lag_r: 'number?',
} as const;

export type LayerRow = RowOf<typeof layerColumns>;

export interface LayerNotes extends TrendNotes {
  /** Labels of the first and the last checkpoint. */
  readonly first: string;
  readonly last: string;
  /** Which layers have not settled, and when the others did; '' where that cannot be told. */
  readonly settled: string;
}

export type LayerRows = Rows<LayerRow, LayerNotes>;

/** A setting, how many trainings it has, and the H / H of noise of its last layers. */
export const settingColumns = { setting: 'text', trainings: 'whole', score: 'number' } as const;

export type SettingRow = RowOf<typeof settingColumns>;

/** Of all settings: what can be said of them, and the best one; '' where none is. */
export interface SettingNotes {
  readonly words: string;
  readonly best: string;
}
