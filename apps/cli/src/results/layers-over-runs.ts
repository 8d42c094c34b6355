import { meanText, rangeText, settledText } from '@unitscope/plots';
import type { SweepTrends } from '@unitscope/query';
import type { ComparisonTable } from './comparison-tables.js';
import { figure } from './figures.js';

/** One row a layer and setting: means over the trainings of the setting. `rho`: the title of its correlation; null: none. */
export function layersOverRuns(
  { layers, axis }: Pick<SweepTrends, 'layers' | 'axis'>,
  rho: string | null,
): ComparisonTable {
  const hasSettings = layers.some(({ setting }) => setting !== null);
  return {
    header: [
      'layer',
      ...(hasSettings ? ['setting', 'trainings'] : []),
      ...['H at first', 'H at last', 'change', `settled in (${axis ?? 'place'})`],
      ...(rho === null ? [] : [rho]),
    ],
    rows: layers.map((row) => {
      const { layer, setting, runs, first, last, change, correlation } = row;
      return [
        layer,
        ...(hasSettings ? [setting ?? '', runs] : []),
        meanText(first, runs, figure),
        meanText(last, runs, figure),
        meanText(change, runs, figure),
        settledText(row),
        ...(rho === null ? [] : [rangeText(correlation, runs, figure)]),
      ];
    }),
  };
}
