import type { LayerOverRuns, OverRuns } from '@unitscope/query';
import type { ComparisonTable } from './comparison-tables.js';
import { figure, interval } from './figures.js';

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
      overText(first, runs),
      overText(last, runs),
      overText(change, runs),
      trainings === 0 ? '' : `${settled} of ${trainings}`,
      ...(rho === null ? [] : [rhoText(correlation)]),
    ]),
  };
}

/** Says over how many trainings it is, where some have no sensitive unit there. */
function overText({ mean, interval: found, runs }: OverRuns, all: number): string {
  const of = runs === all || runs === 0 ? '' : ` (${runs} of ${all})`;
  return `${figure(mean)} ${interval(found)}`.trim() + of;
}

function rhoText(found: LayerOverRuns['correlation']): string {
  if (found === null) return '';
  const median = figure(found.median, 2);
  return found.runs === 1 ? `${median}` : `${median} (${figure(found.low, 2)} to ${figure(found.high, 2)})`;
}
