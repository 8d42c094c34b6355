import { bootstrapMean, type Interval } from '@unitscope/entropy';
import type { UnitOrder } from './unit-orders.js';

/** Means over images after a step. */
export interface CurvePoint {
  /** How many units are ablated. */
  readonly ablated: number;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  readonly accuracy: number;
  readonly top5: number;
}

export const METRICS = ['loss', 'accuracy', 'top5'] as const;
export type Metric = (typeof METRICS)[number];

/**
 * category: the images of one category. all: all images, in one order. own: all images, each in the order that the
 * ranking of its own category gives.
 */
export type Scope = 'category' | 'all' | 'own';

/** One order of a layer's units, evaluated on the images of one scope. */
export interface AblationCurve {
  /** Of the scope `own`: without units, and without one category of importance. */
  readonly order: UnitOrder;
  readonly scope: Scope;
  readonly category: string | null;
  readonly images: number;
  readonly points: readonly CurvePoint[];
}

/**
 * The areas under a curve, over the share of the layer that is ablated: a mean over the whole way from nothing to
 * everything, in the metric's own unit. Of random orders: the mean area of all of them.
 */
export interface CurveArea {
  readonly ranking: UnitOrder['ranking'];
  readonly direction: UnitOrder['direction'];
  readonly importance: string | null;
  readonly scope: Scope;
  readonly category: string | null;
  readonly images: number;
  /** How many random orders; 0 for an order that a ranking gives. */
  readonly randomOrders: number;
  readonly areas: Readonly<Record<Metric, number>>;
  /** 95 % bootstrap intervals: over images; for random orders over the orders. */
  readonly intervals: Readonly<Record<Metric, Interval | null>>;
  /** The area less that of the random orders on the same images, interval over images; null without random orders. */
  readonly overRandom: Readonly<
    Record<Metric, { readonly difference: number; readonly interval: Interval | null }>
  > | null;
}

/** What is known of one order on the images of one category: sums a step, and areas an image, in the images' order. */
export class OrderOutcomes {
  readonly images: number;
  readonly sums: Readonly<Record<Metric, Float64Array>>;
  readonly areas: Readonly<Record<Metric, Float64Array>>;

  constructor(steps: number, images: number) {
    this.images = images;
    const each = (length: number): Record<Metric, Float64Array> => ({
      loss: new Float64Array(length),
      accuracy: new Float64Array(length),
      top5: new Float64Array(length),
    });
    this.sums = each(steps);
    this.areas = each(images);
  }

  /** Takes one image's outcome after one step, whose share of the area is `weight`. */
  add(image: number, step: number, weight: number, loss: number, ahead: number): void {
    const values = { loss, accuracy: ahead === 0 ? 1 : 0, top5: ahead < 5 ? 1 : 0 };
    for (const metric of METRICS) {
      const [sums, areas] = [this.sums[metric], this.areas[metric]];
      sums[step] = (sums[step] ?? 0) + values[metric];
      areas[image] = (areas[image] ?? 0) + weight * values[metric];
    }
  }
}

/** The weight of each step in the area under the curve: trapezoids over the share of units that are ablated. */
export function areaWeights(counts: readonly number[]): Float64Array {
  const units = counts.at(-1) ?? 0;
  return Float64Array.from(counts, (count, i) => {
    const before = counts[i - 1] ?? count;
    const after = counts[i + 1] ?? count;
    return (after - before) / (2 * units);
  });
}

/** The outcomes of several categories as one, in their order. */
export function together(parts: readonly OrderOutcomes[]): OrderOutcomes {
  const images = parts.reduce((sum, part) => sum + part.images, 0);
  const all = new OrderOutcomes(parts[0]?.sums.loss.length ?? 0, images);
  let at = 0;
  for (const part of parts) {
    for (const metric of METRICS) {
      const sums = all.sums[metric];
      part.sums[metric].forEach((sum, step) => (sums[step] = (sums[step] ?? 0) + sum));
      all.areas[metric].set(part.areas[metric], at);
    }
    at += part.images;
  }
  return all;
}

export function pointsOf(outcomes: OrderOutcomes, counts: readonly number[]): CurvePoint[] {
  const mean = (metric: Metric, step: number): number => (outcomes.sums[metric][step] ?? 0) / outcomes.images;
  return counts.map((ablated, step) => ({
    ablated,
    loss: mean('loss', step),
    accuracy: mean('accuracy', step),
    top5: mean('top5', step),
  }));
}

export function perMetric<T>(value: (metric: Metric) => T): Record<Metric, T> {
  return { loss: value('loss'), accuracy: value('accuracy'), top5: value('top5') };
}

/** The bootstrap interval of a mean, seeded by what it is of. */
export function intervalOf(values: Float64Array, identity: string, resamples: number): Interval | null {
  return values.length < 2 ? null : bootstrapMean(values, identity, { resamples });
}
