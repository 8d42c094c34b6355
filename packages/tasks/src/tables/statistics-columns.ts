import {
  importanceRanks,
  unitStatistics,
  type BirthHistogram,
  type StatisticsOptions,
  type UnitStatistics,
} from '@unitscope/entropy';
import type { Columns, unitsSchema } from '@unitscope/tables';

type UnitsColumns = Columns<typeof unitsSchema.columns>;

/** The columns of units/1 that follow from the births, and from nothing else that was counted. */
type StatisticsColumns = Pick<
  UnitsColumns,
  | 'births'
  | 'selective_rate'
  | 'absent_rate'
  | 'entropy'
  | 'entropy_mm'
  | 'entropy_null'
  | 'ineffectiveness'
  | 'importance_rank'
  | 'sensitive'
  | 'entropy_paper'
>;

/** What statistics are made of: a row a unit and category. */
export interface CountedBirths {
  readonly images: Uint32Array;
  readonly birth_histogram: UnitsColumns['birth_histogram'];
  /** Edge length of a row's maps. */
  readonly sizeOf: (row: number) => number;
}

/** The rows of one layer and category: `from` … `to`. */
export interface RowsOfCell {
  readonly from: number;
  readonly to: number;
}

/** From what was counted to what is published, here for tables that are made and for those that are restated. */
export function statisticsColumns(
  { images, birth_histogram, sizeOf }: CountedBirths,
  cells: readonly RowsOfCell[],
  options: StatisticsOptions,
): { readonly statistics: readonly UnitStatistics[]; readonly columns: StatisticsColumns } {
  const statistics = Array.from(images, (count, row) =>
    unitStatistics(histogramAt(birth_histogram, row), count, sizeOf(row), options),
  );
  const numbers = (value: (unit: UnitStatistics) => number): Float64Array =>
    Float64Array.from(statistics, value);
  const ineffectiveness = numbers((unit) => unit.ineffectiveness);
  const ranks = new Uint32Array(images.length);
  for (const { from, to } of cells) ranks.set(importanceRanks(ineffectiveness.subarray(from, to)), from);
  return {
    statistics,
    columns: {
      births: Uint32Array.from(statistics, (unit) => unit.births),
      selective_rate: numbers((unit) => unit.selectiveRate),
      absent_rate: numbers((unit) => unit.absentRate),
      entropy: numbers((unit) => unit.entropy),
      entropy_mm: numbers((unit) => unit.entropyMillerMadow),
      entropy_null: numbers((unit) => unit.entropyNull),
      ineffectiveness,
      importance_rank: ranks,
      sensitive: Uint8Array.from(statistics, (unit) => (unit.sensitive ? 1 : 0)),
      entropy_paper: {
        values: numbers((unit) => unit.entropyPaper),
        valid: new Uint8Array(images.length).fill(1),
      },
    },
  };
}

/** The births of one row. */
export function histogramAt(column: UnitsColumns['birth_histogram'], row: number): BirthHistogram {
  const from = column.offsets[row] ?? 0;
  const to = column.offsets[row + 1] ?? 0;
  return { ranks: column.birth_rank.subarray(from, to), counts: column.images.subarray(from, to) };
}
