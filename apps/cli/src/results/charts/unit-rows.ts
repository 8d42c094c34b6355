import {
  cellsOf,
  orderEnds,
  UnknownNameError,
  type ResultCheckpoint,
  type SweepResults,
  type UnitCell,
  type UnitsTable,
} from '@unitscope/query';
import { nearest } from '@unitscope/base';

export interface UnitRows {
  readonly units: UnitsTable;
  readonly cells: readonly UnitCell[];
}

/** The cells of a checkpoint's units, of one layer or category where asked. Throws UnknownNameError. */
export async function unitRows(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  { layer, category }: { readonly layer?: string | undefined; readonly category?: string | undefined },
): Promise<UnitRows> {
  const units = await results.units(checkpoint);
  const all = cellsOf(units);
  const cells = all.filter(
    (cell) =>
      (layer === undefined || cell.layer === layer) && (category === undefined || cell.category === category),
  );
  if (cells.length > 0 || all.length === 0) return { units, cells };
  const [what, name, there] =
    layer !== undefined && !all.some((cell) => cell.layer === layer)
      ? (['layer', layer, all.map((cell) => cell.layer ?? '')] as const)
      : (['category', category ?? '', all.map((cell) => cell.category ?? '')] as const);
  const near = nearest(name, [...new Set(there)]);
  throw new UnknownNameError(
    `checkpoint ${checkpoint.label}: no ${what} ${JSON.stringify(name)}` +
      (near === null ? `; there are ${[...new Set(there)].join(', ')}` : `; did you mean ${near}?`),
  );
}

/** The checkpoint that was asked for, else the last one of the training. */
export function checkpointOf(
  results: SweepResults,
  { checkpoint, run }: { readonly checkpoint?: string | undefined; readonly run?: string | undefined },
): ResultCheckpoint {
  return checkpoint === undefined ? orderEnds(results, run).last : results.checkpoint(checkpoint);
}
