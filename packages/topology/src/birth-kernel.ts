import { birthRankReference } from './birth-reference.js';
import { type BirthOptions, requireDensity } from './density.js';
import { MapNotFiniteError } from './map-errors.js';
import { mapCount } from './map-size.js';
import { mapSum } from './map-sum.js';

/** Where a block's results go, one element a map. */
export interface MapMeasures {
  /** Raw birth ranks before any threshold, from 1; 0 = no birth. */
  readonly birthRanks: Uint32Array;
  /** The sum of the map's activations, float64, in the fixed order of docs/method.md. */
  readonly sums?: Float64Array;
  /** How many activations are zero, of either sign. */
  readonly zeros?: Uint32Array;
}

/** Measures blocks of maps. One per thread: it owns its memory. */
export class BirthKernel {
  readonly #density: number;
  #memory = new Float32Array(0);

  constructor(options: BirthOptions = {}) {
    this.#density = requireDensity(options.density);
  }

  /**
   * A view into the kernel's own memory for the caller to fill, so that `measure` copies nothing.
   * A later call may move the memory: views of earlier calls are void after it.
   */
  reserve(floats: number): Float32Array {
    if (this.#memory.length < floats) this.#memory = new Float32Array(floats);
    return this.#memory.subarray(0, floats);
  }

  /**
   * Measures maps that lie back to back, row-major, size × size floats each. A view given by `reserve` is used
   * where it lies; any other array is copied in by chunks.
   *
   * @throws MapSizeError, MapNotFiniteError (its `index` is the map's place in `maps`); `out` is then partly written
   */
  measure(maps: Float32Array, size: number, out: MapMeasures, outOffset = 0): void {
    const count = mapCount(maps.length, size);
    const options = { density: this.#density };
    for (let index = 0; index < count; index++) {
      const map = maps.subarray(index * size * size, (index + 1) * size * size);
      const bad = map.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) throw new MapNotFiniteError(index, Math.floor(bad / size), bad % size, map[bad]!);
      out.birthRanks[outOffset + index] = birthRankReference(map, size, options) ?? 0;
      if (out.sums) out.sums[outOffset + index] = mapSum(map);
      if (out.zeros) out.zeros[outOffset + index] = map.reduce((sum, value) => sum + Number(value === 0), 0);
    }
  }
}

/** The birth rank of one map by the kernel; see BirthKernel for blocks of maps. */
export function birthRank(map: Float32Array, size: number, options?: BirthOptions): number | null {
  const out = { birthRanks: new Uint32Array(1) };
  new BirthKernel(options).measure(map, size, out);
  return out.birthRanks[0] || null;
}
