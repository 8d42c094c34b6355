import type { RowOf, Rows } from './row-columns.js';

/** What changed in a layer from A to B, over all categories (null) or in one. */
export const layerDifferenceColumns = {
  layer: 'text?',
  category: 'text?',
  units_a: 'whole',
  units_b: 'whole',
  cells_a: 'whole',
  cells_b: 'whole',
  runs_a: 'whole?',
  runs_b: 'whole?',
  mean_a: 'number?',
  mean_b: 'number?',
  difference: 'number?',
  low: 'number?',
  high: 'number?',
  p: 'number?',
  q: 'number?',
  effect: 'number?',
  certain: 'flag',
  untested: 'text?',
  died: 'whole?',
  awoke: 'whole?',
} as const;

/** Over how many trainings means are (`runs_a`) is null within one training; `untested`: why there is no test; `died`, `awoke`: null between trainings, whose units are not the same units. */
export type LayerDifferenceRow = RowOf<typeof layerDifferenceColumns>;

/** What A and B came to, beside H: an accuracy or loss of their metadata, or how many units died. */
export const outcomeColumns = {
  name: 'text',
  runs_a: 'whole',
  runs_b: 'whole',
  mean_a: 'number?',
  mean_b: 'number?',
  difference: 'number?',
  low: 'number?',
  high: 'number?',
  p: 'number?',
  q: 'number?',
  untested: 'text?',
} as const;

/** Means are over trainings, one value each; `untested`: why there is no test. */
export type OutcomeRow = RowOf<typeof outcomeColumns>;

export interface OutcomeNotes {
  /** What counts as one value, and from how many checkpoints units that died are told, where that is not all; '' or a sentence. */
  readonly words: string;
}

export type OutcomeRows = Rows<OutcomeRow, OutcomeNotes>;

/** What changed in a unit that is sensitive in A and in B; `rate`: its selective rate ε. */
export const unitDifferenceColumns = {
  layer: 'text?',
  category: 'text?',
  unit: 'whole',
  entropy_a: 'number',
  entropy_b: 'number',
  difference: 'number',
  rate_a: 'number',
  rate_b: 'number',
  p: 'number?',
  q: 'number?',
} as const;

export type UnitDifferenceRow = RowOf<typeof unitDifferenceColumns>;

/** A unit that died or awoke in a category. */
export const changedColumns = { layer: 'text?', category: 'text?', unit: 'whole', change: 'text' } as const;

export type ChangedRow = RowOf<typeof changedColumns>;

/** A unit that was sensitive at some checkpoint and is not at the last one. */
export const deadColumns = {
  layer: 'text',
  unit: 'whole',
  last_alive: 'text',
  last_alive_at: 'whole',
  checkpoints_alive: 'whole',
} as const;

export type DeadRow = RowOf<typeof deadColumns>;

export interface DeadNotes {
  /** How many checkpoints were looked at: `40` or `40 of 1000`. */
  readonly shown: string;
  /** Label of the last one. */
  readonly last: string;
  /** How many units were ever sensitive. */
  readonly ever: number;
}

export type DeadRows = Rows<DeadRow, DeadNotes>;

/** What a comparison is of. */
export interface ComparisonNotes {
  /** What A and B are, and how many checkpoints. */
  readonly a: string;
  readonly b: string;
  readonly checkpoints_a: number;
  readonly checkpoints_b: number;
  readonly threshold: number;
  /** A q below it tells A and B apart. */
  readonly certain_q: number;
  /** What counts as one value, and how many trainings there are on either side. */
  readonly replication: 'units' | 'paired runs' | 'runs';
  readonly runs_a: number;
  readonly runs_b: number;
  /** What a reader has to know; '' where there is nothing. */
  readonly caveat: string;
  /** The least p that so many trainings can have. */
  readonly least_p: number | null;
}

/** What is said of the units of a comparison. */
export interface UnitDifferenceNotes extends ComparisonNotes {
  /** How many units were compared, and how many of them have births at other ranks. */
  readonly units: number;
  readonly moved: number;
  /** How many of them have fewer than five births on a side: they stand last. */
  readonly few: number;
  /** The units whose H moved most: the mean of |B − A| over so many categories, in nats; the farthest first. */
  readonly most_moved: readonly MovedUnit[];
}

export interface MovedUnit {
  readonly layer: string;
  readonly unit: number;
  readonly mean: number;
  readonly categories: number;
}

export type LayerDifferenceRows = Rows<LayerDifferenceRow, ComparisonNotes>;
export type UnitDifferenceRows = Rows<UnitDifferenceRow, UnitDifferenceNotes>;
