import { histogramOf, pearson, unitStatistics, type UnitStatistics } from '@unitscope/entropy';
import { meanOf } from '@unitscope/base';
import { READINGS, type Reading, type UnitReadings } from './variant-births.js';

/** Cubical ranks are among the pixels' values, not the edges' of a graph: the published threshold says nothing of them. */
const NO_THRESHOLD = Number.MAX_SAFE_INTEGER;

/** What the readings of one layer of one network say, by measure. `categories`: the units of each. */
export function constructMeasures(categories: readonly (readonly UnitReadings[])[]): Map<string, number> {
  const found = new Map<string, number>();
  const units = categories.flat();
  for (const reading of READINGS) {
    const cells = categories.map((own) => own.map((unit) => statistics(unit, reading)));
    found.set(
      `entropy, ${reading}`,
      layerMean(cells, ({ entropy }) => entropy),
    );
    if (reading === 'as it is')
      found.set(
        'entropy / noise',
        layerMean(cells, ({ entropy, entropyNull }) => (entropyNull === 0 ? NaN : entropy / entropyNull)),
      );
    if (reading === 'as it is') continue;
    if (reading !== 'cubical') found.set(`same birth, ${reading}`, sameBirths(units, reading));
    found.set(`r with H, ${reading}`, correlation(units, 'as it is', reading));
  }
  for (const [name, readings] of HALVES) found.set(`reliability, ${name}`, reliability(units, readings));
  const [single = NaN, both = NaN] = ['as it is', 'mirror-averaged'].map((name) =>
    found.get(`reliability, ${name}`),
  );
  found.set('reliability, gain', both - single);
  return found;
}

/** H whose reliability is asked: of the maps, of their mirror images, and the mean of both. */
const HALVES: readonly (readonly [string, readonly Reading[]])[] = [
  ['as it is', ['as it is']],
  ['mirrored', ['mirrored']],
  ['mirror-averaged', ['as it is', 'mirrored']],
  ['cubical', ['cubical']],
];

function statistics({ ranks, mapSize }: UnitReadings, reading: Reading, half?: 0 | 1): UnitStatistics {
  const all = ranks[reading];
  const own = half === undefined ? all : all.filter((_, image) => image % 2 === half);
  const options = reading === 'cubical' ? { threshold: NO_THRESHOLD } : {};
  return unitStatistics(histogramOf([...own]), own.length, mapSize, options);
}

/** As a layer's H is defined: over sensitive units of each category, then over categories. */
function layerMean(
  categories: readonly (readonly UnitStatistics[])[],
  value: (unit: UnitStatistics) => number,
): number {
  const means = categories.flatMap((units) => {
    const own = units.filter(({ sensitive }) => sensitive).map(value);
    const present = own.filter((one) => Number.isFinite(one));
    return present.length === 0 ? [] : [meanOf(present)];
  });
  return means.length === 0 ? NaN : meanOf(means);
}

/** The share of maps that have the same raw rank in this reading. */
function sameBirths(units: readonly UnitReadings[], reading: Reading): number {
  let [same, all] = [0, 0];
  for (const { ranks } of units) {
    for (const [image, rank] of ranks['as it is'].entries()) {
      all++;
      if (ranks[reading][image] === rank) same++;
    }
  }
  return same / all;
}

/** Pearson's r over the cells that are sensitive in both readings. */
function correlation(units: readonly UnitReadings[], one: Reading, other: Reading): number {
  const pairs = units
    .map((unit) => [statistics(unit, one), statistics(unit, other)] as const)
    .filter(([a, b]) => a.sensitive && b.sensitive);
  return (
    pearson(
      pairs.map(([a]) => a.entropy),
      pairs.map(([, b]) => b.entropy),
    )?.r ?? NaN
  );
}

/** r over cells of H from the even images with H from the odd ones; H is the mean over the readings. */
function reliability(units: readonly UnitReadings[], readings: readonly Reading[]): number {
  const [even, odd]: [number[], number[]] = [[], []];
  for (const unit of units) {
    const halves = [0, 1] as const;
    const [a = [], b = []] = halves.map((half) => readings.map((reading) => statistics(unit, reading, half)));
    if (![...a, ...b].every(({ sensitive }) => sensitive)) continue;
    even.push(meanOf(a.map(({ entropy }) => entropy)));
    odd.push(meanOf(b.map(({ entropy }) => entropy)));
  }
  return pearson(even, odd)?.r ?? NaN;
}
