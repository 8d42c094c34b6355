import { AblationOptionError } from './errors.js';

/** Layers with more units are ablated several units a step, unless it is said otherwise. */
const MOST_STEPS = 64;

export interface StepOptions {
  /** Units a step. */
  readonly every?: number | undefined;
  /** How many steps, spread evenly. */
  readonly steps?: number | undefined;
}

/**
 * How many units are ablated after each step, from 0 to all. Default: one unit a step, for layers of more than 64 units
 * 64 steps. Throws AblationOptionError.
 */
export function ablatedCounts(units: number, { every, steps }: StepOptions): number[] {
  if (every !== undefined && steps !== undefined) {
    throw new AblationOptionError('expected how many units a step or how many steps, found both');
  }
  for (const [name, value] of Object.entries({ every, steps })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) {
      throw new AblationOptionError(`${name}: expected a whole number from 1, found ${value}`);
    }
  }
  const counts = new Set<number>();
  if (every !== undefined) {
    for (let count = 0; count < units; count += every) counts.add(count);
    return [...counts, units];
  }
  const wanted = Math.min(units, steps ?? MOST_STEPS);
  for (let step = 0; step <= wanted; step++) counts.add(Math.round((step * units) / wanted));
  return [...counts];
}
