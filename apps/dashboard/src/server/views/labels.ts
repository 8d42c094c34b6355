import { textAt } from '@unitscope/tables';
import type { UnitsTable } from '@unitscope/query';

type LabelColumn = UnitsTable['layer'];

/** The texts of a label column, each once, in the order of the rows. */
export function textLabels(column: LabelColumn): string[] {
  const found = new Set<string>();
  for (let row = 0; row < column.valid.length; row++) {
    const text = textAt(column, row);
    if (text !== null) found.add(text);
  }
  return [...found];
}
