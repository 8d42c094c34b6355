import { bettiCurves, cycleDeath, type BirthCycle, type CycleDeath } from '@unitscope/topology';

/** A map whose β₁ curve is asked for, and where its ring is filled. */
export interface CourseQuestion {
  readonly map: Float32Array;
  readonly size: number;
  readonly density: number;
  /** null: it has no ring. */
  readonly cycle: BirthCycle | null;
}

/** What becomes of a map's hole. */
export interface Course {
  /** β₁ by index. */
  readonly beta1: Uint32Array;
  /** null: the ring is never filled, or there is none; undefined: not known yet. */
  readonly death: CycleDeath | null | undefined;
}

export function curveOf({ map, size, density }: CourseQuestion): Uint32Array {
  const { beta1, ranks } = bettiCurves(map, size, { density });
  return beta1.slice(0, ranks);
}

export function deathOf({ map, size, density, cycle }: CourseQuestion): CycleDeath | null {
  return cycle === null ? null : cycleDeath(map, size, cycle, { density });
}
