import { fisherMean } from '@unitscope/entropy';
import { meanOf } from '@unitscope/base';
import type { TrendPoint, TrendSeries } from '@unitscope/plots';
import type { Measure } from '../claims/measure.js';
import { measureInterval } from '../verdict/verdict.js';

/** A value of one network at a place along the chart's axis. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** Mean over networks at each place, with its interval over networks as a band. */
export function meanSeries(name: string, samples: readonly Sample[], scale?: Measure['scale']): TrendSeries {
  const places = [...new Set(samples.map(({ at }) => at))].sort((a, b) => a - b);
  const points = places.map((step): TrendPoint => {
    const values = samples
      .filter(({ at, value }) => at === step && Number.isFinite(value))
      .map(({ value }) => value);
    if (values.length === 0) return { step, value: null };
    const interval = measureInterval(values, scale);
    const value = scale === 'correlation' ? fisherMean(values) : meanOf(values);
    return { step, value, low: interval?.low ?? null, high: interval?.high ?? null };
  });
  return { name, points };
}

/** The slope of the least-squares line through points; NaN where they have one place. */
export function slope(points: readonly Sample[]): number {
  const count = points.length;
  const meanAt = points.reduce((sum, { at }) => sum + at, 0) / count;
  const meanValue = points.reduce((sum, { value }) => sum + value, 0) / count;
  let product = 0;
  let square = 0;
  for (const { at, value } of points) {
    product += (at - meanAt) * (value - meanValue);
    square += (at - meanAt) ** 2;
  }
  return square === 0 ? NaN : product / square;
}
