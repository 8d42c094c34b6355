import { cellKeys, checkpointTasks, type Cell, type Manifest, type Task } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { bytesOf, type Calibrate, type Pace } from '../run/pace.js';
import { lackingObjects } from '../run/task-runner.js';

export interface SweepEstimate {
  readonly tasks: number;
  readonly cells: number;
  /** Cells whose objects are there already. */
  readonly cachedCells: number;
  /** Feature maps that are still to be measured. */
  readonly maps: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** On this machine with `threads` threads, once the spec is resolved; null where nothing is left to do. */
  readonly seconds: number | null;
  /** On as many workers as were asked for, each a machine like this one. */
  readonly workerSeconds: number | null;
}

/** What a unit takes in a unit object and in the two result tables, roughly. */
const BYTES_A_UNIT = 400;
const BYTES_A_BIRTH = 20;

export interface EstimateOptions {
  readonly threads: number;
  /** Machines like this one. Default 1. */
  readonly workers?: number | undefined;
  readonly calibrate: Calibrate;
}

/** What is left to do of a sweep, and what it would take. Writes nothing to the store. */
export async function estimateSweep(
  manifest: Manifest,
  store: ObjectStore,
  { threads, workers = 1, calibrate }: EstimateOptions,
): Promise<SweepEstimate> {
  const { left, sample } = await leftToDo(manifest, store);
  const pace = sample.length === 0 ? null : await calibrate(sample, left.items);
  const over = (slots: number): number | null => (pace === null ? null : secondsOf(left, pace, slots));
  return {
    tasks: left.tasks,
    cells: left.cells,
    cachedCells: left.cached,
    maps: left.maps,
    bytesRead: left.read,
    bytesWritten: left.written,
    seconds: over(threads),
    workerSeconds: over(threads * workers),
  };
}

/** Counts what is left to do; `sample`: the missing cells of the first task that has some. */
async function leftToDo(manifest: Manifest, store: ObjectStore): Promise<{ left: Left; sample: Cell[] }> {
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
    const measurements = new Map<string, number>();
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
      for (const cell of missing) {
        count(manifest, cell, left);
        for (const { location, bytes } of cell.measurements ?? []) measurements.set(location, bytes);
      }
    }
    for (const bytes of measurements.values()) left.read += bytes;
    if (open) left.openCheckpoints++;
  }
  return { left, sample };
}

/** What is left takes on so many slots. */
function secondsOf(left: Left, pace: Pace, slots: number): number {
  // The last tasks do not fill all slots, and every slot opens each checkpoint that it has a task of.
  const used = Math.max(1, Math.min(slots, left.openTasks));
  const rounds = (Math.ceil(left.openTasks / used) * used) / Math.max(1, left.openTasks);
  const opened = Math.ceil(
    (left.openCheckpoints * Math.min(used, left.openTasks / left.openCheckpoints)) / used,
  );
  const tasks = (left.openTasks * pace.task + left.items * pace.item) * rounds;
  const tables = left.missing * pace.aggregate;
  return pace.start + Math.max(0, opened - 1) * pace.open + (tasks + tables) / used;
}

function floatsOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { units = 1, size }) => sum + units * size * size, 0);
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

function count(
  { keepBirths, keepActivations }: Pick<Manifest, 'keepBirths' | 'keepActivations'>,
  cell: Cell,
  left: Left,
): void {
  const floats = cell.size * cell.size;
  const bytes = bytesOf([cell]);
  // Of files made elsewhere the maps are known by their bytes; rows take little beside them.
  const maps =
    cell.files === undefined
      ? (cell.units ?? 0) * (cell.images?.length ?? 0)
      : Math.floor(bytes / (4 * floats));
  const units = cell.units ?? 0;
  left.maps += maps;
  // A measurements file is read once for all of its cells.
  if (cell.measurements === undefined) left.read += bytes;
  left.written += units * BYTES_A_UNIT;
  if (keepBirths) left.written += maps * BYTES_A_BIRTH;
  if (keepActivations && cell.images !== undefined) left.written += 4 * maps * floats;
}

async function missingCells(manifest: Manifest, store: ObjectStore, task: Task): Promise<Cell[]> {
  const missing: Cell[] = [];
  for (const cell of task.cells) {
    const { measured, activations } = await lackingObjects(manifest, store, cellKeys(manifest, cell));
    if (measured || activations) missing.push(cell);
  }
  return missing;
}
