import type { Cell } from '@unitscope/plan';

/** What the parts of a sweep take on this machine with all its threads at work, in seconds of one thread. */
export interface Pace {
  /** Until the first task can begin: threads start, load their libraries and open a checkpoint. */
  readonly start: number;
  /** To go over to another checkpoint. */
  readonly open: number;
  /** Of a task, whatever its images. */
  readonly task: number;
  /** Of an image (a byte of a file, for a sweep over files made elsewhere). */
  readonly item: number;
  /** Of a cell when the result tables are made. */
  readonly aggregate: number;
}

/**
 * Finds the pace of a manifest's work, given the cells of one task that is still to be done and the items of all that are:
 * images, or bytes of activation files.
 */
export type Calibrate = (sample: readonly Cell[], items: number) => Promise<Pace>;

/** Bytes of the files that cells are read from. */
export function bytesOf(cells: readonly Cell[]): number {
  const files = cells.flatMap((cell) => cell.files ?? cell.measurements ?? []);
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
