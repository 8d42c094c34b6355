import type { Cell } from '@unitscope/plan';
import { sameText, type Columns, type unitsSchema } from '@unitscope/tables';

export type PlaceColumns = Pick<
  Columns<typeof unitsSchema.columns>,
  'checkpoint' | 'checkpoint_index' | 'layer' | 'layer_index' | 'category'
>;

/** The columns that say where rows belong: the same in all rows of one cell. */
export function placeColumns(
  checkpoint: string | null,
  index: number | null,
  cell: Cell,
  rows: number,
): PlaceColumns {
  return {
    checkpoint: sameText(checkpoint, rows),
    checkpoint_index: sameNumber(index, rows),
    layer: sameText(cell.layer, rows),
    layer_index: sameNumber(cell.layerIndex, rows),
    category: sameText(cell.category, rows),
  };
}

function sameNumber(value: number | null, rows: number): PlaceColumns['layer_index'] {
  return {
    values: new Int32Array(rows).fill(value ?? 0),
    valid: new Uint8Array(rows).fill(value === null ? 0 : 1),
  };
}

/** The labels that the rows of these cells hold: what a table's dictionaries are made of. */
export function placeLabels(
  checkpoint: string | null,
  cells: readonly Cell[],
): { checkpoint: string[]; layer: string[]; category: string[] } {
  const present = (labels: (string | null)[]): string[] => labels.filter((label) => label !== null);
  return {
    checkpoint: present([checkpoint]),
    layer: present(cells.map(({ layer }) => layer)),
    category: present(cells.map(({ category }) => category)),
  };
}
