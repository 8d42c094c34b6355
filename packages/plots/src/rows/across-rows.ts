import type { Definition } from '@unitscope/entropy';
import type { RowOf, Rows } from './row-columns.js';

/** A layer that two sweeps have in common, at a pair of their checkpoints: mean H, its 95 % interval over units, H / H of noise. */
export const acrossColumns = {
  pair: 'text',
  checkpoint_a: 'text',
  checkpoint_b: 'text',
  layer: 'text',
  map_size: 'whole',
  category: 'text?',
  entropy_a: 'number?',
  low_a: 'number?',
  high_a: 'number?',
  entropy_b: 'number?',
  low_b: 'number?',
  high_b: 'number?',
  difference: 'number?',
  relative_a: 'number?',
  relative_b: 'number?',
} as const;

export type AcrossRow = RowOf<typeof acrossColumns>;

export interface AcrossNotes {
  readonly a: string;
  readonly b: string;
  /** Which H both are shown by. */
  readonly definition: Definition;
  /** What the two have in common, how their checkpoints are matched, and which settings differ: sentences. */
  readonly words: readonly string[];
  /** What is left out, and why: sentences. */
  readonly left_out: readonly string[];
  /** What the pairs are called, in their order. */
  readonly pairs: readonly string[];
}

/** By pair, layer, category. */
export type AcrossRows = Rows<AcrossRow, AcrossNotes>;
