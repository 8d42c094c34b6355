import {
  importanceRanks,
  unitStatistics,
  type BirthHistogram,
  type StatisticsOptions,
  type UnitStatistics,
} from '@unitscope/entropy';
import type { Columns, unitsSchema } from '@unitscope/tables';
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

/** From what was counted to what is published: the statistics of one cell's units, whose maps are size × size. */
export function cellStatistics(
  object: UnitHistograms,
  size: number,
  options: StatisticsOptions,
): CellStatistics {
  const { unit: units, images, zeros, activation_mean, l1_norm, birth_histogram } = object;
  const statistics = Array.from(units, (_, row) =>
    unitStatistics(histogramAt(birth_histogram, row), images[row] ?? 0, size, options),
  );
  const numbers = (value: (unit: UnitStatistics) => number): Float64Array =>
    Float64Array.from(statistics, value);
  const ineffectiveness = numbers((unit) => unit.ineffectiveness);
  return {
    units,
    statistics,
    columns: {
      unit: units,
      map_size: new Uint32Array(units.length).fill(size),
      images,
      births: Uint32Array.from(statistics, (unit) => unit.births),
      selective_rate: numbers((unit) => unit.selectiveRate),
      absent_rate: numbers((unit) => unit.absentRate),
      entropy: numbers((unit) => unit.entropy),
      entropy_mm: numbers((unit) => unit.entropyMillerMadow),
      entropy_null: numbers((unit) => unit.entropyNull),
      ineffectiveness,
      importance_rank: Uint32Array.from(importanceRanks(ineffectiveness)),
      sensitive: Uint8Array.from(statistics, (unit) => (unit.sensitive ? 1 : 0)),
      mean_activation: activation_mean,
      apoz: zeros.map((count, row) => count / ((images[row] ?? 0) * size * size)),
      l1_norm,
      birth_histogram,
    },
  };
}

function histogramAt(column: UnitHistograms['birth_histogram'], row: number): BirthHistogram {
  const from = column.offsets[row] ?? 0;
  const to = column.offsets[row + 1] ?? 0;
  return { ranks: column.birth_rank.subarray(from, to), counts: column.images.subarray(from, to) };
}
