import { classSelectivities, type StatisticsOptions, type UnitStatistics } from '@unitscope/entropy';
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

/**
 * The columns of units/1 of one cell, whose maps are size × size, from its unit object. The class selectivity of each unit
 * is over all categories of its layer (`selectivities`).
 */
export function cellStatistics(
  object: UnitHistograms,
  size: number,
  options: StatisticsOptions,
  selectivity: ReadonlyMap<number, number | null>,
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
      class_selectivity: {
        values: Float64Array.from(units, (unit) => selectivity.get(unit) ?? 0),
        valid: Uint8Array.from(units, (unit) => ((selectivity.get(unit) ?? null) === null ? 0 : 1)),
      },
    },
  };
}

/** The class selectivity of a layer's units, from its unit objects, one a category. */
export function selectivities(objects: readonly UnitHistograms[]): Map<number, number | null> {
  return classSelectivities(
    objects.map(({ unit, activation_mean }) => ({ units: unit, means: activation_mean })),
  );
}
