import { DensityError } from './map-errors.js';

export interface BirthOptions {
  /** Share of the N(N−1)/2 ranks that may enter the filtration: above 0, at most 1. Default 0.8. */
  readonly density?: number;
}

export const DEFAULT_DENSITY = 0.8;

export function requireDensity(density = DEFAULT_DENSITY): number {
  if (!(density > 0 && density <= 1)) throw new DensityError(density);
  return density;
}

/** R of docs/method.md: the last rank that may enter. The product is rounded once, in float64. */
export function rankLimit(size: number, density: number): number {
  return Math.ceil(((size * (size - 1)) / 2) * density);
}
