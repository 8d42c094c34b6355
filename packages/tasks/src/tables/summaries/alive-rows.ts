import { sameText, textColumn, type aliveSchema, type Columns } from '@unitscope/tables';
import type { CellLives, Life } from './unit-lives.js';

/** The alive/1 rows of a cell, by unit; `members`: the checkpoints of the training, by place. */
export function aliveRows(
  run: string | null,
  members: readonly number[],
  { layer, layerIndex, scope, category, lives, toldFirst, toldLast }: CellLives,
): Columns<typeof aliveSchema.columns> {
  const rows = [...lives].sort(([a], [b]) => a - b);
  const count = rows.length;
  const flag = (value: (life: Life) => boolean, told: boolean) => ({
    values: Uint8Array.from(rows, ([, life]) => (told && value(life) ? 1 : 0)),
    valid: new Uint8Array(count).fill(told ? 1 : 0),
  });
  return {
    run: sameText(run, count),
    layer: sameText(layer, count),
    layer_index: {
      values: new Int32Array(count).fill(layerIndex ?? 0),
      valid: new Uint8Array(count).fill(layerIndex === null ? 0 : 1),
    },
    scope: textColumn(rows.map(() => scope)),
    category: sameText(category, count),
    unit: Uint32Array.from(rows, ([unit]) => unit),
    alive: Uint32Array.from(rows, ([, life]) => life.count),
    last_alive: {
      values: Uint32Array.from(rows, ([, { last }]) => members[last] ?? 0),
      valid: Uint8Array.from(rows, ([, { last }]) => (last < 0 ? 0 : 1)),
    },
    alive_first: flag(({ atFirst }) => atFirst, toldFirst),
    alive_last: flag(({ atLast }) => atLast, toldLast),
  };
}
