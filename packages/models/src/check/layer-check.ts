import { BirthKernel } from '@unitscope/topology';
import type { Layer } from '../layer.js';

/**
 * How a layer's maps compare with the same maps made by another route: `equal` in every bit; by no more than rounding
 * (`last bits`); `differs`; or `not checked`, with the reason.
 */
export type Verdict = 'equal' | 'last bits' | 'differs' | 'not checked';

export interface LayerCheck {
  readonly layer: Layer;
  readonly verdict: Verdict;
  /** The largest difference, as a share of the layer's largest value without its sign. */
  readonly difference: number;
  /** Births compared, and how many differ; null where the maps are not square. */
  readonly births: { readonly compared: number; readonly different: number } | null;
  /** Why it was not checked. */
  readonly reason?: string;
}

/** By how much two orders of the same additions may differ, and by how much where values are rounded on the way. */
const ROUNDING = 1e-4;
const COARSE_ROUNDING = 2e-2;

/** Gathers what is compared of one layer over several images. */
export class LayerComparison {
  #difference = 0;
  #equal = true;
  #compared = 0;
  #different = 0;
  #reason: string | null = null;

  constructor(
    readonly layer: Layer,
    private readonly kernel: BirthKernel,
  ) {}

  get isOpen(): boolean {
    return this.#reason === null;
  }

  add(found: Float32Array, expected: Float32Array): void {
    const { units, height, width } = this.layer;
    this.#difference = Math.max(this.#difference, difference(found, expected));
    this.#equal &&=
      found.length === expected.length && found.every((value, i) => Object.is(value, expected[i]));
    if (height !== width || found.length !== expected.length) return;
    if (![found, expected].every((maps) => maps.every(Number.isFinite))) return;
    const [mine, other] = [this.births(found), this.births(expected)];
    this.#compared += units;
    this.#different += mine.filter((rank, unit) => rank !== other[unit]).length;
  }

  /** Ends the comparison: the other route cannot be gone. */
  giveUp(reason: string): void {
    this.#reason ??= reason;
  }

  /** `isRounded`: on the way to the tap values are rounded to integers or to half precision. */
  outcome(isRounded: boolean): LayerCheck {
    const { layer } = this;
    if (this.#reason !== null)
      return { layer, verdict: 'not checked', difference: 0, births: null, reason: this.#reason };
    const bound = isRounded ? COARSE_ROUNDING : ROUNDING;
    const verdict = this.#equal ? 'equal' : this.#difference <= bound ? 'last bits' : 'differs';
    const births =
      layer.height === layer.width ? { compared: this.#compared, different: this.#different } : null;
    return { layer, verdict, difference: this.#difference, births };
  }

  private births(maps: Float32Array): Uint32Array {
    const birthRanks = new Uint32Array(this.layer.units);
    this.kernel.measure(maps, this.layer.height, { birthRanks });
    return birthRanks;
  }
}

/** Infinity where one of two values is no finite number, or where there are not as many. */
function difference(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Infinity;
  let [most, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const [mine = 0, other = 0] = [found[i], expected[i]];
    if (Object.is(mine, other)) continue;
    const apart = Math.abs(mine - other);
    if (!Number.isFinite(apart)) return Infinity;
    if (apart > most) most = apart;
  }
  if (most === 0) return 0;
  for (const value of expected) if (Math.abs(value) > largest) largest = Math.abs(value);
  return most / largest;
}
