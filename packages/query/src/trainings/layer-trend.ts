import { type Correlation } from '@unitscope/entropy';
import { type CheckpointOrder, type ResultTraining } from '../checkpoints/checkpoint-order.js';
import { type LayerValues } from './layer-values.js';

/** A layer over one training: its values, one a checkpoint in the order of the trend, and what they come to. */
export interface LayerTrend extends LayerValues {
  /** Of mean H with the metadata column, over the checkpoints that have both. */
  readonly pearson: Correlation | null;
  readonly spearman: Correlation | null;
  /** Of H at one checkpoint with the column so many checkpoints later; the strongest of them, and all. */
  readonly bestLag: { readonly lag: number; readonly r: number; readonly n: number } | null;
  readonly lags: readonly { readonly lag: number; readonly r: number; readonly n: number }[];
  /**
   * The first checkpoint from which mean H stays within a tenth of its range of where it ends, at LEAST_AFTER checkpoints after it
   * at least; null: it did not settle.
   */
  readonly settled: string | null;
  /** Its step, or its place where no metadata gives one. */
  readonly settledStep: number | null;
  /** Whether that can be told: there are points enough, and H at the last checkpoint. */
  readonly settles: boolean;
}

/** The layers over one training. */
export interface SweepTrend extends CheckpointOrder {
  /** The metadata that does not change along it. */
  readonly settings: ResultTraining['settings'];
  readonly against: string | null;
  readonly column: readonly (number | null)[];
  readonly layers: readonly LayerTrend[];
}
