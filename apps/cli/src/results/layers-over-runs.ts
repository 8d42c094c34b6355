import { meanText, rangeText } from '@unitscope/plots';
import type { LayerOverRuns } from '@unitscope/query';
import type { ComparisonTable } from './comparison-tables.js';
import { figure } from './figures.js';

/** One row a layer and setting: means over the trainings of the setting. `rho`: the title of its correlation; null: none. */
export function layersOverRuns(layers: readonly LayerOverRuns[], rho: string | null): ComparisonTable {
  const hasSettings = layers.some(({ setting }) => setting !== null);
  return {
    header: [
      'layer',
      ...(hasSettings ? ['setting', 'trainings'] : []),
      ...['H at first', 'H at last', 'change', 'settled in'],
      ...(rho === null ? [] : [rho]),
    ],
    rows: layers.map(({ layer, setting, runs, first, last, change, settled, trainings, correlation }) => [
      layer,
      ...(hasSettings ? [setting ?? '', runs] : []),
      meanText(first, runs, figure),
      meanText(last, runs, figure),
      meanText(change, runs, figure),
      trainings === 0 ? '' : `${settled} of ${trainings}`,
      ...(rho === null ? [] : [rangeText(correlation, runs, figure)]),
    ]),
  };
}
