import type { Interval } from '@unitscope/entropy';
import type { Replication } from './replication.js';

/** What changed in one layer and category (null: over all categories) from A to B. */
export interface LayerDifference {
  readonly layer: string | null;
  readonly layerIndex: number | null;
  readonly category: string | null;
  /** Sensitive units on either side; in a group a unit counts once for each checkpoint. */
  readonly unitsA: number;
  readonly unitsB: number;
  /** How many values the means rest on: (unit, category, checkpoint) with a sensitive unit. */
  readonly cellsA: number;
  readonly cellsB: number;
  /** How many trainings the means are over: those with a sensitive unit there; null within one training. */
  readonly runsA: number | null;
  readonly runsB: number | null;
  /** Mean H of the layer (docs/method.md): as `trend` has it; over several trainings, the mean over them. */
  readonly meanA: number | null;
  readonly meanB: number | null;
  /** Mean H of B − mean H of A. */
  readonly difference: number | null;
  /**
   * 95 %: by bootstrap over units within a training, by Student's t over trainings; null for one training a side, and for fewer
   * than five units on one.
   */
  readonly interval: Interval | null;
  /**
   * Of B against A: U, two-sided p, p adjusted over the rows of its kind, rank-biserial effect (positive: B is higher). Over
   * trainings p is of a permutation test, and there is no U.
   */
  readonly u: number | null;
  readonly p: number | null;
  readonly q: number | null;
  readonly effect: number | null;
  /** Whether A and B are told apart: q < CERTAIN_Q, and 0 outside the interval. */
  readonly certain: boolean;
  /** Why there is no test, as `fewer than five sensitive units on a side`; null: there is one. */
  readonly untested: string | null;
  /** Units sensitive in A and not in B, and the other way. */
  readonly died: number;
  readonly awoke: number;
  /** Which units these are, ascending; none listed where they are of several trainings. */
  readonly diedUnits: readonly number[];
  readonly awokeUnits: readonly number[];
}

/** What changed in one unit from A to B. */
export interface UnitDifference {
  readonly layer: string | null;
  readonly category: string | null;
  readonly unit: number;
  readonly entropyA: number;
  readonly entropyB: number;
  readonly difference: number;
  readonly sensitiveA: boolean;
  readonly sensitiveB: boolean;
  /** Selective rate ε: the share of images with a birth. */
  readonly rateA: number;
  readonly rateB: number;
  /** Fewer than five births on a side: its H says little. */
  readonly few: boolean;
  /**
   * Mann–Whitney over images: are its holes born at other ranks? No birth counts as latest. q: adjusted over all units. null
   * for fewer than five images on a side.
   */
  readonly p: number | null;
  readonly q: number | null;
}

/** A unit that lost its last birth of a category, or got its first one. */
export interface UnitChange {
  readonly layer: string | null;
  readonly category: string | null;
  readonly unit: number;
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  /** What counts as one value, and how many trainings there are on either side. */
  readonly replication: Replication;
  readonly runsA: number;
  readonly runsB: number;
  /** What a reader has to know of it; '' where there is nothing. */
  readonly caveat: string;
  /** The least p that so many trainings can have; null within one training, and where there is none over trainings. */
  readonly leastP: number | null;
  readonly checkpointsA: number;
  readonly checkpointsB: number;
  /** A and B hold the same checkpoints, by their content: nothing can differ. */
  readonly same: boolean;
  readonly threshold: number;
  readonly layers: readonly LayerDifference[];
  /** Units that are sensitive on both sides, by |difference|, the largest first, those of few births last; none between trainings. */
  readonly units: readonly UnitDifference[];
  /** Units that are sensitive in A alone, and in B alone, by category; none between trainings. */
  readonly died: readonly UnitChange[];
  readonly awoke: readonly UnitChange[];
}
