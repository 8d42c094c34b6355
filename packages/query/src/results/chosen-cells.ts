import { nearest } from '@unitscope/base';
import { UnknownNameError } from '../errors.js';
import { cellsOf, type UnitCell } from './restate-statistics.js';
import type { ResultCheckpoint, UnitsTable } from './result-tables.js';
import type { SweepResults } from './sweep-results.js';

/** One layer, one category; left out: all. */
export interface CellChoice {
  readonly layer?: string | undefined;
  readonly category?: string | undefined;
}

/** Cells of a checkpoint's units. */
export interface ChosenCells {
  readonly units: UnitsTable;
  readonly cells: readonly UnitCell[];
}

/** The cells that are chosen, in the order of the table; none where the checkpoint has no such. */
export async function chosenCells(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  { layer, category }: CellChoice,
): Promise<ChosenCells> {
  const units = await results.units(checkpoint);
  const isOf = (cell: UnitCell): boolean =>
    (layer === undefined || cell.layer === layer) && (category === undefined || cell.category === category);
  return { units, cells: cellsOf(units).filter(isOf) };
}

/** The same; throws UnknownNameError where there is no such layer or category, and names what there is. */
export async function knownCells(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  choice: CellChoice,
): Promise<ChosenCells> {
  const found = await chosenCells(results, checkpoint, choice);
  const all = cellsOf(found.units);
  if (found.cells.length > 0 || all.length === 0) return found;
  const { layer, category } = choice;
  const [what, name, there] =
    layer !== undefined && !all.some((cell) => cell.layer === layer)
      ? (['layer', layer, all.map((cell) => cell.layer ?? '')] as const)
      : (['category', category ?? '', all.map((cell) => cell.category ?? '')] as const);
  const names = [...new Set(there)];
  const near = nearest(name, names);
  throw new UnknownNameError(
    `checkpoint ${checkpoint.label}: no ${what} ${JSON.stringify(name)}` +
      (near === null ? `; there are ${names.join(', ')}` : `; did you mean ${near}?`),
  );
}
