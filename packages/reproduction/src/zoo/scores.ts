import { kendall } from '@unitscope/entropy';
import { Random, quantile, seedOf } from '@unitscope/base';

/** A network of the design with one measure of it and how it generalizes. */
export interface ScoredNetwork {
  /** Its level, 0 or 1, of each factor that varies, in one order for all networks. */
  readonly levels: readonly number[];
  /** Larger: claimed to generalize worse. */
  readonly complexity: number;
  /** Training accuracy − held-out accuracy, 0 … 1. */
  readonly gap: number;
}

/** What a measure is worth; null where it cannot be told (nothing varies). */
export interface Scores {
  /** Kendall's τ-b of complexity and gap over all networks. */
  readonly tau: number | null;
  /** Mean over factors of granulated: τ among networks that differ in that factor alone (Jiang et al. 2020). */
  readonly granulated: number | null;
  readonly granulatedByFactor: readonly (number | null)[];
  /** 100 × the least, over sets of at most two factors, of I(sign of complexity; sign of gap | factors) / H(sign of gap | factors). */
  readonly information: number | null;
  /** The least τ over networks of one level of one factor (Dziugaite et al. 2020). */
  readonly worst: number | null;
}

/** The scores of PGDL (Jiang et al. 2020) and the worst environment, over the networks of one design. */
export function scoresOf(networks: readonly ScoredNetwork[]): Scores {
  const factors = networks[0]?.levels.length ?? 0;
  const byFactor = Array.from({ length: factors }, (_, factor) => granulated(networks, factor));
  const known = byFactor.filter((found) => found !== null);
  return {
    tau: tau(networks),
    granulated: known.length === 0 ? null : known.reduce((sum, found) => sum + found, 0) / known.length,
    granulatedByFactor: byFactor,
    information: conditionalInformation(networks),
    worst: worstEnvironment(networks),
  };
}

function tau(networks: readonly ScoredNetwork[]): number | null {
  return (
    kendall(
      networks.map(({ complexity }) => complexity),
      networks.map(({ gap }) => gap),
    )?.tau ?? null
  );
}

/** The mean agreement in sign of pairs that differ in one factor alone; a tie agrees with nothing and counts. */
function granulated(networks: readonly ScoredNetwork[], factor: number): number | null {
  let [sum, pairs] = [0, 0];
  const others = new Map<string, ScoredNetwork[]>();
  for (const network of networks) {
    const key = network.levels.filter((_, index) => index !== factor).join(' ');
    others.set(key, [...(others.get(key) ?? []), network]);
  }
  for (const group of others.values()) {
    for (const [index, a] of group.entries()) {
      for (const b of group.slice(index + 1)) {
        if (a.levels[factor] === b.levels[factor]) continue;
        sum += Math.sign(a.complexity - b.complexity) * Math.sign(a.gap - b.gap);
        pairs++;
      }
    }
  }
  return pairs === 0 ? null : sum / pairs;
}

/** Sets of none, one and two factors. */
function factorSets(factors: number): number[][] {
  const all = Array.from({ length: factors }, (_, factor) => factor);
  return [[], ...all.map((a) => [a]), ...all.flatMap((a) => all.slice(a + 1).map((b) => [a, b]))];
}

function conditionalInformation(networks: readonly ScoredNetwork[]): number | null {
  const pairs = signedPairs(networks);
  const sets = factorSets(networks[0]?.levels.length ?? 0);
  const found = sets
    .map((set) => normalisedInformation(networks, pairs, set))
    .filter((value) => value !== null);
  return found.length === 0 ? null : 100 * Math.min(...found);
}

/** Signs of complexity (−, 0, +) by signs of gap (−, +). */
const CELLS = 6;
/** A pair whose gaps are the same. */
const NO_CELL = 255;

/** The cell of each pair i < k of networks, row by row. */
function signedPairs(networks: readonly ScoredNetwork[]): Uint8Array {
  const pairs = new Uint8Array((networks.length * (networks.length - 1)) / 2);
  let at = 0;
  for (const [index, a] of networks.entries()) {
    for (const b of networks.slice(index + 1)) {
      const sign = Math.sign(a.complexity - b.complexity);
      pairs[at++] = a.gap === b.gap ? NO_CELL : 2 * (1 + sign) + Number(a.gap > b.gap);
    }
  }
  return pairs;
}

/** Over ordered pairs of networks whose gaps differ, given the pair's levels of the factors of a set. */
function normalisedInformation(
  networks: readonly ScoredNetwork[],
  pairs: Uint8Array,
  set: readonly number[],
): number | null {
  const codes = Uint8Array.from(networks, ({ levels }) =>
    set.reduce((code, factor) => 2 * code + (levels[factor] ?? 0), 0),
  );
  const counts = pairCounts(pairs, codes, 2 ** set.length);
  let [information, entropy, total] = [0, 0, 0];
  for (let from = 0; from < counts.length; from += CELLS) {
    const own = counts.subarray(from, from + CELLS);
    const number = own.reduce((sum, count) => sum + count, 0);
    if (number === 0) continue;
    const gaps = [0, 1].map((gap) => [0, 2, 4].reduce((sum, at) => sum + (own[at + gap] ?? 0), 0));
    const signs = [0, 2, 4].map((at) => (own[at] ?? 0) + (own[at + 1] ?? 0));
    const ofGaps = entropyOf(gaps, number);
    information += number * (entropyOf(signs, number) + ofGaps - entropyOf(own, number));
    entropy += number * ofGaps;
    total += number;
  }
  return total === 0 || entropy === 0 ? null : Math.max(0, information / entropy);
}

/** Pairs in either order, by the groups of both networks and by cell. */
function pairCounts(pairs: Uint8Array, codes: Uint8Array, groups: number): Float64Array {
  const counts = new Float64Array(groups * groups * CELLS);
  const add = (group: number, cell: number): void => {
    counts[CELLS * group + cell] = (counts[CELLS * group + cell] ?? 0) + 1;
  };
  let at = 0;
  for (let i = 0; i < codes.length; i++) {
    const first = codes[i] ?? 0;
    for (let k = i + 1; k < codes.length; k++) {
      const cell = pairs[at++] ?? NO_CELL;
      if (cell === NO_CELL) continue;
      const second = codes[k] ?? 0;
      add(groups * first + second, cell);
      // The other order: both signs turn.
      add(groups * second + first, CELLS - 1 - cell);
    }
  }
  return counts;
}

function entropyOf(counts: Iterable<number>, total: number): number {
  let entropy = 0;
  for (const count of counts) if (count > 0) entropy -= (count / total) * Math.log(count / total);
  return entropy;
}

function worstEnvironment(networks: readonly ScoredNetwork[]): number | null {
  const factors = networks[0]?.levels.length ?? 0;
  const found: number[] = [];
  for (let factor = 0; factor < factors; factor++) {
    for (const level of new Set(networks.map(({ levels }) => levels[factor]))) {
      const own = tau(networks.filter(({ levels }) => levels[factor] === level));
      if (own !== null) found.push(own);
    }
  }
  return found.length === 0 ? null : Math.min(...found);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The scores that are one number. */
export const SCORES = ['tau', 'granulated', 'information', 'worst'] as const;
export type ScoreIntervals = Readonly<Record<(typeof SCORES)[number], Interval | null>>;

/** Of fewer networks the percentile bootstrap covers too rarely. */
const FEWEST = 30;

/** Percentile bootstrap of each score over networks (95 %); null for fewer than 30. Seeded by `identity`. */
export function scoreIntervals(
  networks: readonly ScoredNetwork[],
  identity: string,
  resamples = 400,
): ScoreIntervals {
  if (networks.length < FEWEST) return { tau: null, granulated: null, information: null, worst: null };
  const random = new Random(seedOf(identity));
  const drawn = Array.from({ length: resamples }, () =>
    scoresOf(networks.flatMap(() => networks[random.below(networks.length)] ?? [])),
  );
  const interval = (score: (typeof SCORES)[number]): Interval | null => {
    const found = Float64Array.from(
      drawn.map((scores) => scores[score]).filter((value) => value !== null),
    ).sort();
    return found.length === 0 ? null : { low: quantile(found, 0.025), high: quantile(found, 0.975) };
  };
  return {
    tau: interval('tau'),
    granulated: interval('granulated'),
    information: interval('information'),
    worst: interval('worst'),
  };
}

/** Of a tenth of them the 95th percentile of τ is off by a quarter. */
export const NOISE_DRAWS = 1000;

/** What measures that know nothing score on these networks: of so many draws, the 95th percentile of each score. */
export function noiseScores(networks: readonly ScoredNetwork[], identity: string, draws = NOISE_DRAWS) {
  const random = new Random(seedOf(identity));
  const all = Array.from({ length: draws }, () =>
    scoresOf(networks.map((network) => ({ ...network, complexity: random.next() }))),
  );
  const high = (value: (scores: Scores) => number | null): number | null => {
    const known = all.map(value).filter((found) => found !== null);
    return known.length === 0 ? null : quantile(Float64Array.from(known).sort(), 0.95);
  };
  return {
    tau: high((scores) => scores.tau),
    granulated: high((scores) => scores.granulated),
    information: high((scores) => scores.information),
    worst: high((scores) => scores.worst),
  };
}
