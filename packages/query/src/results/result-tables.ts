import { nearest } from '@unitscope/base';
import { type MetaValue } from '@unitscope/plan';
import { layersSchema, unitsSchema, type Columns } from '@unitscope/tables';

export type UnitsTable = Columns<typeof unitsSchema.columns>;

export type LayersTable = Columns<typeof layersSchema.columns>;

/** A checkpoint whose result tables are there. */
export interface ResultCheckpoint {
  readonly label: string;
  /** Its place in the sweep. */
  readonly index: number;
  readonly digest: string;
  readonly meta: Readonly<Record<string, MetaValue>>;
}

/** `; did you mean …?`, or what there is. */
export function suggestion(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates);
  if (near !== null) return `; did you mean ${near}?`;
  return thereAre(candidates);
}

/** `; there are …`: the first of them. */
export function thereAre(candidates: readonly string[]): string {
  const shown = candidates.slice(0, 8).join(', ');
  return candidates.length === 0 ? '' : `; there are ${shown}${candidates.length > 8 ? ', …' : ''}`;
}
