import { cellsOf, type UnitsTable } from '@unitscope/query';

/** A layer of one network over the measured images: means over categories of means over units. */
export interface LayerMeasures {
  readonly layer: string;
  readonly mapSize: number;
  /** Mean H by the paper's text over all units, nats. */
  readonly entropyPaper: number;
  /** Mean H by the authors' code over sensitive units, nats; NaN where no unit is sensitive. */
  readonly entropy: number;
  /** Mean H after Miller and Madow's correction. */
  readonly millerMadow: number;
  /** Mean H / H of noise of the same map size and number of births. */
  readonly relative: number;
  /** Mean ε over all units. */
  readonly selectiveRate: number;
  readonly meanActivation: number;
  readonly l1Norm: number;
  /** Mean over units; NaN where none has one. */
  readonly classSelectivity: number;
  /** (unit, category) pairs, those that are sensitive, and those with a birth on more than half of the images. */
  readonly cells: number;
  readonly sensitive: number;
  readonly mostlyBorn: number;
  /** Of each unit: mean H over the categories in which it is sensitive; NaN in none. */
  readonly unitEntropy: Float64Array;
  /** H of each (category, unit), in the table's order. */
  readonly cellEntropy: Float64Array;
}

/** The layers of one checkpoint's units/1 table, by depth. */
export function layerMeasures(units: UnitsTable): LayerMeasures[] {
  const byLayer = new Map<string, ReturnType<typeof cellsOf>>();
  for (const cell of cellsOf(units)) {
    const name = cell.layer ?? '';
    byLayer.set(name, [...(byLayer.get(name) ?? []), cell]);
  }
  return [...byLayer].map(([layer, cells]) => {
    const rows = cells.map(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index));
    const sensitive = rows.map((category) => category.filter((row) => units.sensitive[row] === 1));
    const all = rows.flat();
    const at = (column: Float64Array) => (row: number) => column[row] ?? NaN;
    const relative = (row: number): number => {
      const noise = units.entropy_null[row] ?? 0;
      return noise === 0 ? NaN : (units.entropy[row] ?? NaN) / noise;
    };
    const unitsOfLayer = rows[0]?.length ?? 0;
    return {
      layer,
      mapSize: cells[0]?.mapSize ?? 0,
      entropyPaper: meanOfMeans(rows, (row) =>
        units.entropy_paper.valid[row] === 1 ? (units.entropy_paper.values[row] ?? NaN) : NaN,
      ),
      entropy: meanOfMeans(sensitive, at(units.entropy)),
      millerMadow: meanOfMeans(sensitive, at(units.entropy_mm)),
      relative: meanOfMeans(sensitive, relative),
      selectiveRate: meanOfMeans(rows, at(units.selective_rate)),
      meanActivation: meanOfMeans(rows, at(units.mean_activation)),
      l1Norm: meanOfMeans(rows, (row) =>
        units.l1_norm.valid[row] === 1 ? (units.l1_norm.values[row] ?? NaN) : NaN,
      ),
      classSelectivity: meanOfMeans(rows, (row) =>
        units.class_selectivity.valid[row] === 1 ? (units.class_selectivity.values[row] ?? NaN) : NaN,
      ),
      cells: all.length,
      sensitive: sensitive.flat().length,
      mostlyBorn: all.filter((row) => (units.selective_rate[row] ?? 0) > 0.5).length,
      unitEntropy: Float64Array.from({ length: unitsOfLayer }, (_, unit) =>
        mean(
          rows.flatMap((category) => category[unit] ?? []).filter((row) => units.sensitive[row] === 1),
          at(units.entropy),
        ),
      ),
      cellEntropy: Float64Array.from(all, at(units.entropy)),
    };
  });
}

function meanOfMeans(categories: readonly number[][], value: (row: number) => number): number {
  const means = categories.map((rows) => mean(rows, value)).filter((found) => !Number.isNaN(found));
  return means.length === 0 ? NaN : means.reduce((sum, found) => sum + found, 0) / means.length;
}

/** The mean of the values that there are. */
function mean(rows: readonly number[], value: (row: number) => number): number {
  let sum = 0;
  let count = 0;
  for (const row of rows) {
    const found = value(row);
    if (Number.isNaN(found)) continue;
    sum += found;
    count++;
  }
  return count === 0 ? NaN : sum / count;
}
