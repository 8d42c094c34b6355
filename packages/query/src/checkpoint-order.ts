import { metadataColumns } from './checkpoint-group.js';
import type { ResultCheckpoint, SweepResults } from './sweep-results.js';

export interface CheckpointOrder {
  /** The metadata column that orders the checkpoints (step, epoch …), or null: their place in the sweep. */
  readonly axis: string | null;
  readonly checkpoints: readonly ResultCheckpoint[];
  readonly steps: readonly number[];
}

const AXES = ['step', 'epoch', 'iteration', 'iter'];

/** The checkpoints of a sweep as training went through them. */
export function checkpointOrder(results: SweepResults): CheckpointOrder {
  const columns = numberColumns(results);
  const axis = AXES.find((name) => columns.includes(name)) ?? null;
  const place = (checkpoint: ResultCheckpoint): number =>
    axis === null ? checkpoint.index : (numberOf(checkpoint, axis) ?? checkpoint.index);
  const checkpoints = [...results.checkpoints].sort((a, b) => place(a) - place(b) || a.index - b.index);
  return { axis, checkpoints, steps: checkpoints.map(place) };
}

/** The metadata columns that hold numbers. */
export function numberColumns(results: SweepResults): string[] {
  return metadataColumns(results).filter((name) => {
    const values = results.checkpoints
      .map(({ meta }) => meta[name] ?? null)
      .filter((value) => value !== null);
    return values.length > 0 && values.every((value) => typeof value === 'number');
  });
}

/** A checkpoint's number in a metadata column; null where it has none. */
export function numberOf({ meta }: ResultCheckpoint, name: string): number | null {
  const value = meta[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
