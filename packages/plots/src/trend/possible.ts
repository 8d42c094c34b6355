import type { Trend, TrendPanel } from './trend.js';

/** The trend with its intervals cut at what is possible. */
export function cutIntervals(trend: Trend): Trend {
  return {
    ...trend,
    panels: trend.panels.map((panel) => {
      const { possible } = panel;
      if (possible === undefined) return panel;
      const [least, greatest] = possible;
      const cut = (value: number): number => Math.min(greatest, Math.max(least, value));
      return {
        ...panel,
        series: panel.series.map((series) => ({
          ...series,
          points: series.points.map((point) => {
            const { low, high } = point;
            if (typeof low !== 'number' || typeof high !== 'number') return point;
            return { ...point, low: cut(low), high: cut(high) };
          }),
        })),
      };
    }),
  };
}

/** What a reader has to know of that; '' where nothing is cut. */
export function cutWords({ panels }: Trend): string {
  const bounds = new Set(panels.flatMap(crossed));
  if (bounds.size === 0) return '';
  const values = [...bounds].sort((a, b) => a - b).join(' and ');
  return `Intervals are cut at ${values}: no value can be beyond.`;
}

/** The bounds that an interval goes beyond. */
function crossed({ possible, series }: TrendPanel): number[] {
  if (possible === undefined) return [];
  const [least, greatest] = possible;
  const points = series.flatMap((one) => one.points);
  return [
    ...(points.some(({ low }) => typeof low === 'number' && low < least) ? [least] : []),
    ...(points.some(({ high }) => typeof high === 'number' && high > greatest) ? [greatest] : []),
  ];
}
