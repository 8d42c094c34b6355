import { availableParallelism } from 'node:os';
import { cellKeys, checkpointTasks, type Cell, type Manifest, type Task } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { bytesOf, calibrate } from './calibrate.js';
import { lackingObjects } from './task-runner.js';

export interface SweepEstimate {
  readonly tasks: number;
  readonly cells: number;
  /** Cells whose objects are there already. */
  readonly cachedCells: number;
  /** Feature maps that are still to be measured. */
  readonly maps: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** On this machine with `threads` threads, from a short calibration; null where nothing is left to do. */
  readonly seconds: number | null;
  /** On as many workers as were asked for, each a machine like this one. */
  readonly workerSeconds: number | null;
}

/** What a unit takes in a unit object and in the two result tables, roughly. */
const BYTES_A_UNIT = 400;
const BYTES_A_BIRTH = 20;

/** Threads that start, inputs that are looked up. */
const START_SECONDS = 1;
/** A cell's object, written and synced to a disk. */
const OBJECT_SECONDS = 0.003;
/** Of feature maps that are kept, with their digests. */
const KEPT_BYTES_A_SECOND = 300e6;

/** What is left to do of a sweep, and what it would take. Writes nothing; calibrates for some ten seconds. */
export async function estimateSweep(
  manifest: Manifest,
  store: ObjectStore,
  threads: number,
  workers = 1,
): Promise<SweepEstimate> {
  const left: Left = {
    tasks: 0,
    cells: 0,
    cached: 0,
    missing: 0,
    maps: 0,
    read: 0,
    written: 0,
    openTasks: 0,
    openCheckpoints: 0,
    items: 0,
  };
  let sample: Cell[] = [];
  for (const checkpoint of manifest.checkpoints.keys()) {
    let open = false;
    for (const task of checkpointTasks(manifest, checkpoint)) {
      left.tasks++;
      left.cells += task.cells.length;
      const missing = await missingCells(manifest, store, task);
      left.cached += task.cells.length - missing.length;
      left.missing += missing.length;
      if (missing.length === 0) continue;
      open = true;
      left.openTasks++;
      if (sample.length === 0) sample = missing;
      // Another network's images cost more or less about as its maps are larger or smaller.
      left.items +=
        task.kind === 'measure'
          ? bytesOf(missing)
          : ((missing[0]?.images?.length ?? 0) * floatsOf(missing)) / floatsOf(sample);
      for (const cell of missing) count(manifest, cell, left);
    }
    if (open) left.openCheckpoints++;
  }
  const work = sample.length === 0 ? null : await secondsOf(manifest, sample, left);
  const lanes = Math.min(threads, availableParallelism());
  const over = (slots: number): number | null => {
    if (work === null) return null;
    // The last tasks do not fill all slots, and every slot opens each checkpoint that it has a task of.
    const used = Math.max(1, Math.min(slots, left.openTasks));
    const rounds = (Math.ceil(left.openTasks / used) * used) / Math.max(1, left.openTasks);
    const opened = Math.max(
      1,
      Math.ceil((left.openCheckpoints * Math.min(used, left.openTasks / left.openCheckpoints)) / used),
    );
    return START_SECONDS + (work.tasks * rounds + work.tables) / used + work.open * opened;
  };
  return {
    tasks: left.tasks,
    cells: left.cells,
    cachedCells: left.cached,
    maps: left.maps,
    bytesRead: left.read,
    bytesWritten: left.written,
    seconds: over(lanes),
    workerSeconds: over(lanes * workers),
  };
}

function floatsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { units = 1, size }) => sum + units * size * size, 0);
}

/** Seconds on one thread: of all tasks, of all result tables, and to open one checkpoint. */
async function secondsOf(
  manifest: Manifest,
  sample: readonly Cell[],
  left: Left,
): Promise<{ tasks: number; tables: number; open: number }> {
  const pace = await calibrate(manifest, sample);
  return {
    tasks:
      left.openTasks * pace.task +
      left.items * pace.item +
      left.missing * OBJECT_SECONDS +
      (manifest.keepActivations ? left.written / KEPT_BYTES_A_SECOND : 0),
    tables: left.missing * pace.aggregate,
    open: pace.open,
  };
}

interface Left {
  tasks: number;
  cells: number;
  cached: number;
  missing: number;
  maps: number;
  read: number;
  written: number;
  /** Tasks and checkpoints with something left to do. */
  openTasks: number;
  openCheckpoints: number;
  /** Images, or bytes of activation files. */
  items: number;
}

function count(manifest: Manifest, cell: Cell, left: Left): void {
  const floats = cell.size * cell.size;
  const bytes = cell.files?.reduce((sum, file) => sum + file.bytes, 0) ?? 0;
  // Of files made elsewhere the maps are known by their bytes; rows take little beside them.
  const maps =
    cell.files === undefined
      ? (cell.units ?? 0) * (cell.images?.length ?? 0)
      : Math.floor(bytes / (4 * floats));
  const units = cell.units ?? 0;
  left.maps += maps;
  left.read += bytes;
  left.written += units * BYTES_A_UNIT;
  if (manifest.keepBirths) left.written += maps * BYTES_A_BIRTH;
  if (manifest.keepActivations && cell.files === undefined) left.written += 4 * maps * floats;
}

async function missingCells(manifest: Manifest, store: ObjectStore, task: Task): Promise<Cell[]> {
  const missing: Cell[] = [];
  for (const cell of task.cells) {
    const { measured, activations } = await lackingObjects(manifest, store, cellKeys(manifest, cell));
    if (measured || activations) missing.push(cell);
  }
  return missing;
}
