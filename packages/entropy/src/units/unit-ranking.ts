/** What units are ranked by (docs/method.md, section 2). */
export const RANKINGS = [
  'ineffectiveness',
  'entropy',
  'selective_rate',
  'l1',
  'apoz',
  'mean',
  'class_selectivity',
] as const;
export type Ranking = (typeof RANKINGS)[number];

/** What decides the order in which units are ablated: a ranking, or chance. */
export const ABLATION_RANKINGS = [...RANKINGS, 'random'] as const;
export type AblationRanking = (typeof ABLATION_RANKINGS)[number];

/** Units below this say nothing by their ineffectiveness and rank last (the authors' rule). */
const INEFFECTIVENESS_FLOOR = 0.1;

/**
 * Each unit's importance rank, 0 = most important: ascending ineffectiveness, those with
 * |ineffectiveness| < 0.1 last; ties by unit number (position).
 */
export function importanceRanks(ineffectiveness: ArrayLike<number>): Int32Array {
  return ranksBy(ineffectiveness, (value) => (Math.abs(value) < INEFFECTIVENESS_FLOOR ? Infinity : value));
}

/** Ranks by selective rate ε: the largest is 0; NaN last; ties by position. */
export function selectiveRateRanks(rates: ArrayLike<number>): Int32Array {
  return ranksBy(rates, (value) => -value);
}

/** Ranks by L1 norm of the kernel: the largest is 0; NaN (not known) last; ties by position. */
export function l1Ranks(l1Norms: ArrayLike<number>): Int32Array {
  return ranksBy(l1Norms, (value) => -value);
}

/** Ranks by the share of zeros: the smallest is 0; NaN last; ties by position. */
export function apozRanks(apoz: ArrayLike<number>): Int32Array {
  return ranksBy(apoz, (value) => value);
}

/** Ranks by mean activation: the largest is 0; NaN last; ties by position. */
export function meanActivationRanks(means: ArrayLike<number>): Int32Array {
  return ranksBy(means, (value) => -value);
}

/** Ranks by class selectivity: the largest is 0; NaN (not defined) last; ties by position. */
export function classSelectivityRanks(selectivity: ArrayLike<number>): Int32Array {
  return ranksBy(selectivity, (value) => -value);
}

function ranksBy(values: ArrayLike<number>, cost: (value: number) => number): Int32Array {
  const costs = Float64Array.from(values, (value) => (Number.isNaN(value) ? Infinity : cost(value)));
  const order = Int32Array.from(costs.keys()).sort((a, b) =>
    costs[a]! < costs[b]! ? -1 : costs[a]! > costs[b]! ? 1 : a - b,
  );
  const ranks = new Int32Array(costs.length);
  order.forEach((unit, rank) => (ranks[unit] = rank));
  return ranks;
}
