import type { RowOf, Rows } from './row-columns.js';

/** A checkpoint as a point: its first two principal components, and the metadata that colours it. */
export const embeddedColumns = {
  checkpoint: 'text',
  run: 'text?',
  step: 'number?',
  x: 'number',
  y: 'number',
  number: 'number?',
  text: 'text?',
} as const;

export type EmbeddedRow = RowOf<typeof embeddedColumns>;

export interface EmbeddedNotes {
  readonly category: string | null;
  /** What colours the points: a metadata column, `run`, or null: nothing. */
  readonly by: string | null;
  /** The metadata columns that can. */
  readonly columns: readonly string[];
  /** The metadata that places checkpoints in their training. */
  readonly axis: string | null;
  /** Of either component: its share of the variance. */
  readonly explained: readonly number[];
  /** The layers whose H are the numbers of a checkpoint, and by component their loadings. */
  readonly layers: readonly string[];
  readonly loadings: readonly (readonly number[])[];
  /** Why there are no points: too few checkpoints or layers, in a sentence; null: there are. */
  readonly too_few: string | null;
  /** What is left out, and why: sentences. */
  readonly left_out: readonly string[];
}

export type EmbeddedRows = Rows<EmbeddedRow, EmbeddedNotes>;
