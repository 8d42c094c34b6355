import { type BirthOptions, rankLimit, requireDensity } from './density.js';
import { MapNotFiniteError } from './map-errors.js';
import { requireOneMap } from './map-size.js';

/** The edges of rank ≤ R in the order of their entry; ranks are those of distinct weights. */
export interface Filtration {
  readonly vertices: number;
  /** R: the last rank that may enter. */
  readonly limit: number;
  /** Ends of each edge, tail < head. */
  readonly tails: Uint16Array;
  readonly heads: Uint16Array;
  readonly ranks: Uint32Array;
  readonly weights: Float32Array;
}

export function filtration(map: Float32Array, size: number, options: BirthOptions = {}): Filtration {
  const limit = rankLimit(size, requireDensity(options.density));
  requireOneMap(map.length, size);
  const bad = map.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new MapNotFiniteError(0, Math.floor(bad / size), bad % size, map[bad]!);

  const total = (size * (size - 1)) / 2;
  const weight = new Float32Array(total);
  const tail = new Uint16Array(total);
  const head = new Uint16Array(total);
  let edge = 0;
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++, edge++) {
      weight[edge] = Math.max(map[i * size + j]!, map[j * size + i]!);
      tail[edge] = i;
      head[edge] = j;
    }
  }
  const order = Uint32Array.from(weight.keys()).sort((a, b) => weight[b]! - weight[a]! || a - b);

  const ranks = new Uint32Array(total);
  let rank = 0;
  let entered = 0;
  for (; entered < total; entered++) {
    // `!==` holds −0 and 0 for one weight.
    if (entered === 0 || weight[order[entered]!] !== weight[order[entered - 1]!]) rank++;
    if (rank > limit) break;
    ranks[entered] = rank;
  }
  const kept = order.subarray(0, entered);
  return {
    vertices: size,
    limit,
    tails: Uint16Array.from(kept, (at) => tail[at]!),
    heads: Uint16Array.from(kept, (at) => head[at]!),
    ranks: ranks.subarray(0, entered),
    weights: Float32Array.from(kept, (at) => weight[at]! + 0),
  };
}
