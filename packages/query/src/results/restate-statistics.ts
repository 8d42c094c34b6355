import { textAt } from '@unitscope/tables';
import { layerSummaries, type CategoryUnits, type StatisticsOptions } from '@unitscope/entropy';
import { layersOf as layersOfManifest, type Definition, type Manifest } from '@unitscope/plan';
import { layerColumns, statisticsColumns, type LayerRows } from '@unitscope/tasks';
import type { LayersTable, ResultCheckpoint, UnitsTable } from './result-tables.js';

/** Statistics options other than those the sweep was run with. */
export interface Restatement {
  readonly threshold?: number | undefined;
  readonly minSelectiveRate?: number | undefined;
  /** Which H is shown. */
  readonly definition?: Definition | undefined;
}

/**
 * units/1 and layers/1 of a checkpoint with another threshold or least selective rate, from the birth histograms: what
 * the sweep would have written with them (docs/method.md, section 2).
 */
export function restateStatistics(
  manifest: Manifest,
  checkpoint: ResultCheckpoint,
  units: UnitsTable,
  restatement: Restatement,
): { units: UnitsTable; layers: LayersTable } {
  const options: StatisticsOptions = {
    threshold: restatement.threshold ?? manifest.statistics.threshold,
    minSelectiveRate: restatement.minSelectiveRate ?? manifest.statistics.minSelectiveRate,
    density: manifest.density,
  };
  const cells = cellsOf(units);
  const counted = { ...units, sizeOf: (row: number) => units.map_size[row] ?? 0 };
  const { statistics, columns } = statisticsColumns(counted, cells, options);
  const known = layersOfManifest(manifest, checkpoint.index);
  const layers = layersOf(cells).map((group): LayerRows => {
    const categories = group.map(({ category, from, to }): CategoryUnits => ({
      category: category ?? '',
      units: units.unit.subarray(from, to),
      statistics: statistics.slice(from, to),
    }));
    const identity = group[0]?.layer ?? '';
    const { bootstrap } = manifest.statistics;
    const activation = known.find(({ name }) => name === group[0]?.layer)?.activation ?? null;
    const placed = group.map((cell) => ({ ...cell, size: cell.mapSize, activation }));
    return { group: placed, summaries: layerSummaries(identity, categories, { resamples: bootstrap }) };
  });
  return {
    units: { ...units, ...columns },
    layers: layerColumns(checkpoint.label, checkpoint.index, layers),
  };
}

/** The rows `from` … `to` of units/1 that are one layer and category. */
export interface UnitCell {
  readonly layer: string | null;
  readonly layerIndex: number | null;
  readonly category: string | null;
  readonly mapSize: number;
  readonly from: number;
  readonly to: number;
}

/** The cells of a units/1 table, in its order. */
export function cellsOf(units: UnitsTable): UnitCell[] {
  const cells: (UnitCell & { to: number })[] = [];
  const same = (column: UnitsTable['layer'] | UnitsTable['layer_index'], a: number, b: number): boolean => {
    const values = 'codes' in column.values ? column.values.codes : column.values;
    return column.valid[a] === column.valid[b] && (column.valid[a] === 0 || values[a] === values[b]);
  };
  for (let row = 0; row < units.unit.length; row++) {
    const last = cells.at(-1);
    const goes =
      last !== undefined &&
      same(units.layer, last.from, row) &&
      same(units.layer_index, last.from, row) &&
      same(units.category, last.from, row);
    if (goes) last.to = row + 1;
    else {
      cells.push({
        layer: textAt(units.layer, row),
        layerIndex: units.layer_index.valid[row] === 1 ? (units.layer_index.values[row] ?? null) : null,
        category: textAt(units.category, row),
        mapSize: units.map_size[row] ?? 0,
        from: row,
        to: row + 1,
      });
    }
  }
  return cells;
}

function layersOf(cells: readonly UnitCell[]): UnitCell[][] {
  const groups: UnitCell[][] = [];
  for (const cell of cells) {
    const last = groups.at(-1);
    if (last?.[0]?.layer === cell.layer && last.at(0)?.layerIndex === cell.layerIndex) last.push(cell);
    else groups.push([cell]);
  }
  return groups;
}
