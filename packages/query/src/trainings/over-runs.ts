import { studentInterval, type Interval } from '@unitscope/entropy';
import { meanOf } from '../comparison/layer-mean.js';
import type { LayerTrend, SweepTrend } from './layer-trend.js';
import { bySetting, settingNames } from './setting-columns.js';

/** A figure of each training, and its mean over them: a training is one value. */
export interface OverRuns {
  readonly runs: number;
  readonly mean: number | null;
  /** 95 %, by Student's t; null for fewer than two trainings. */
  readonly interval: Interval | null;
}

/** A layer over the trainings of one setting. */
export interface LayerOverRuns {
  readonly layer: string;
  /** As `lr=0.01`; null where all trainings are of one. */
  readonly setting: string | null;
  /** How many trainings that are. */
  readonly runs: number;
  readonly layerIndex: number | null;
  /** H at a training's first checkpoint of several, at its last one, and the second − the first. */
  readonly first: OverRuns;
  readonly last: OverRuns;
  readonly change: OverRuns;
  /** In how many of the trainings it settled, of those with points enough to say so. */
  readonly settled: number;
  readonly trainings: number;
  /** At which steps it did, one a training, ascending. */
  readonly settledSteps: readonly number[];
  /** Spearman's ρ of H with the metadata column within each training: the lowest, the median, the highest. */
  readonly correlation: {
    readonly runs: number;
    readonly low: number;
    readonly median: number;
    readonly high: number;
  } | null;
}

/**
 * What the trends of several trainings come to, layer by layer and setting by setting: trainings of different settings are no
 * replicates of each other.
 */
export function overRuns(trends: readonly SweepTrend[], runColumns: readonly string[]): LayerOverRuns[] {
  const settings = bySetting(trends, settingNames(trends, runColumns));
  const layers = new Map<string, Map<string | null, LayerTrend[]>>();
  for (const [name, members] of settings) {
    const setting = settings.length === 1 ? null : name;
    for (const layer of members.flatMap((trend) => trend.layers)) {
      const key = JSON.stringify([layer.layerIndex, layer.layer]);
      const own = layers.get(key) ?? new Map<string | null, LayerTrend[]>();
      layers.set(key, own.set(setting, [...(own.get(setting) ?? []), layer]));
    }
  }
  return [...layers.values()].flatMap((own) => [...own].map(([setting, found]) => layerOver(found, setting)));
}

function layerOver(found: readonly LayerTrend[], setting: string | null): LayerOverRuns {
  const ends = found.map((layer) => {
    // Over one checkpoint nothing changes.
    const { first, last } = endsOf(layer);
    return { first: layer.values.length < 2 ? null : first, last };
  });
  const rhos = found.flatMap(({ spearman }) => spearman?.r ?? []).sort((a, b) => a - b);
  const middle = (rhos.length - 1) / 2;
  return {
    layer: found[0]?.layer ?? '',
    setting,
    runs: found.length,
    layerIndex: found[0]?.layerIndex ?? null,
    first: meanOver(ends.map(({ first }) => first)),
    last: meanOver(ends.map(({ last }) => last)),
    change: meanOver(ends.map(({ first, last }) => (first === null || last === null ? null : last - first))),
    settled: found.filter(({ settled }) => settled !== null).length,
    trainings: found.filter(({ settles }) => settles).length,
    settledSteps: found.flatMap(({ settledStep }) => settledStep ?? []).sort((a, b) => a - b),
    correlation:
      rhos.length === 0
        ? null
        : {
            runs: rhos.length,
            low: rhos[0] ?? 0,
            median: ((rhos[Math.floor(middle)] ?? 0) + (rhos[Math.ceil(middle)] ?? 0)) / 2,
            high: rhos.at(-1) ?? 0,
          },
  };
}

/** H of a layer at the first and the last checkpoint of its training; null where no unit is sensitive there. */
export function endsOf({ values }: LayerTrend): { first: number | null; last: number | null } {
  return { first: values[0]?.entropy ?? null, last: values.at(-1)?.entropy ?? null };
}

/** One value a training; null where it has none. */
export function meanOver(values: readonly (number | null)[]): OverRuns {
  const known = values.filter((value) => value !== null);
  const found = studentInterval(known);
  return {
    runs: known.length,
    mean: meanOf(known),
    interval: found === null ? null : { low: found.low, high: found.high },
  };
}
