import type { RowOf, Rows } from './row-columns.js';

/** A unit of a layer with its picture. `entropy`: the mean over the categories in which it is sensitive; null: none. */
export const atlasColumns = {
  unit: 'whole',
  entropy: 'number?',
  selective_rate: 'number?',
  rank: 'whole?',
  alive: 'flag',
  /** How far H moved, or how alike the map is: what it is sorted by, where that is none of the other columns. */
  sorted_by: 'number?',
  /** On which it is most active. */
  image: 'text',
  side: 'whole',
  map: 'floats',
} as const;

export type AtlasRow = RowOf<typeof atlasColumns>;

/** What is said of all units of the layer, of which the rows are a page. */
export interface AtlasNotes {
  /** Units a page, and the place of the first of this one. */
  readonly page: number;
  readonly from: number;
  readonly alive: number;
  /** The unit whose mean map the others are compared with. */
  readonly like: number;
  /** Where the maps come from: the store, activation files, or another forward pass. */
  readonly origin: 'kept' | 'files' | 'made';
}

export type AtlasRows = Rows<AtlasRow, AtlasNotes>;

/** A unit with its place in a ranking, and what every ranking goes by. */
export const rankedColumns = {
  layer: 'text?',
  rank: 'whole?',
  unit: 'whole',
  ineffectiveness: 'number?',
  entropy: 'number?',
  selective_rate: 'number?',
  l1: 'number?',
  apoz: 'number?',
  mean: 'number?',
  class_selectivity: 'number?',
} as const;

export type RankedRow = RowOf<typeof rankedColumns>;

export interface RankedNotes {
  /** Units of the layer, and those that are sensitive in some category. */
  readonly units: number;
  readonly alive: number;
}

export type RankedRows = Rows<RankedRow, RankedNotes>;

/** How far two rankings agree over the units that both rank. */
export const agreementColumns = {
  first: 'text',
  second: 'text',
  units: 'whole',
  spearman: 'number?',
  kendall: 'number?',
  p: 'number?',
} as const;

export type AgreementRow = RowOf<typeof agreementColumns>;
export type AgreementRows = Rows<AgreementRow, object>;

/** A layer of the network at one checkpoint, in the order of the graph. */
export const networkColumns = {
  layer: 'text',
  map_size: 'whole',
  entropy: 'number?',
  relative: 'number?',
} as const;

export type NetworkRow = RowOf<typeof networkColumns>;

export interface NetworkNotes {
  readonly checkpoint: string;
}

/** How many units of a layer have an ε and an H within these bounds. */
export const binColumns = {
  layer: 'text',
  rate_from: 'number',
  rate_to: 'number',
  entropy_from: 'number',
  entropy_to: 'number',
  units: 'whole',
} as const;

export type BinRow = RowOf<typeof binColumns>;

export interface BinNotes {
  /** Pairs of units and categories, those of them that have an H, and the end of H's axis. */
  readonly all: number;
  readonly drawn: number;
  readonly top: number;
}

export type BinRows = Rows<BinRow, BinNotes>;
