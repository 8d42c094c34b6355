import { bettiCurves, birthCycle, cycleDeath, type CycleDeath } from '@unitscope/topology';

/** A map whose β₁ curve is asked for, and where its ring is filled. */
export interface CourseQuestion {
  readonly map: Float32Array;
  readonly size: number;
  readonly density: number;
}

/** What becomes of a map's hole; the death follows the curve. */
export interface Course {
  /** β₁ by index. */
  readonly beta1: Uint32Array;
  /** null: the ring is never filled, or there is none; undefined: not known yet. */
  readonly death: CycleDeath | null | undefined;
}

// A large map takes seconds: a thread of its own, so that the page answers meanwhile.
self.onmessage = ({ data: { map, size, density } }: MessageEvent<CourseQuestion>) => {
  const { beta1: all, ranks } = bettiCurves(map, size, { density });
  const beta1 = all.slice(0, ranks);
  self.postMessage({ beta1, death: undefined } satisfies Course);
  const cycle = birthCycle(map, size, { density });
  const death = cycle === null ? null : cycleDeath(map, size, cycle, { density });
  self.postMessage({ beta1, death } satisfies Course);
};
