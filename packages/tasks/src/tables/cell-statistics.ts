import type { StatisticsOptions, UnitStatistics } from '@unitscope/entropy';
import type { Columns, unitsSchema } from '@unitscope/tables';
import { statisticsColumns } from './statistics-columns.js';
import type { UnitHistograms } from './unit-objects.js';

type UnitsColumns = Columns<typeof unitsSchema.columns>;

/** The columns of units/1 that follow from a cell's unit object; the labels are not among them. */
export type UnitsValues = Omit<
  UnitsColumns,
  'checkpoint' | 'checkpoint_index' | 'layer' | 'layer_index' | 'category'
>;

export interface CellStatistics {
  readonly units: Uint32Array;
  readonly statistics: readonly UnitStatistics[];
  readonly columns: UnitsValues;
}

/** The columns of units/1 of one cell, whose maps are size × size, from its unit object. */
export function cellStatistics(
  object: UnitHistograms,
  size: number,
  options: StatisticsOptions,
): CellStatistics {
  const { unit: units, images, zeros, activation_mean, l1_norm, birth_histogram } = object;
  const counted = { images, birth_histogram, sizeOf: () => size };
  const { statistics, columns } = statisticsColumns(counted, [{ from: 0, to: units.length }], options);
  return {
    units,
    statistics,
    columns: {
      unit: units,
      map_size: new Uint32Array(units.length).fill(size),
      images,
      ...columns,
      mean_activation: activation_mean,
      apoz: zeros.map((count, row) => count / ((images[row] ?? 0) * size * size)),
      l1_norm,
      birth_histogram,
    },
  };
}
