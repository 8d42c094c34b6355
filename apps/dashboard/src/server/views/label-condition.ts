import { sqlText } from '@unitscope/query';

/** The condition that a label column holds this; `undefined`: any. */
export function isLabel(column: string, label: string | undefined): string {
  return label === undefined ? '' : ` AND ${column} = ${sqlText(label)}`;
}
