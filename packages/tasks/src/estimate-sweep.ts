import { batchSizeOf, cellKeys, checkpointTasks, type Cell, type Manifest, type Task } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { BirthKernel } from '@unitscope/topology';
import { layersOf, ModelCache } from './model-cache.js';
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
}

/** What a unit takes in a unit object and in the two result tables, roughly. */
const BYTES_A_UNIT = 400;
const BYTES_A_BIRTH = 20;

/** What is left to do of a sweep, and what it would take. Writes nothing. */
export async function estimateSweep(
  manifest: Manifest,
  store: ObjectStore,
  threads: number,
): Promise<SweepEstimate> {
  const left = { tasks: 0, cells: 0, cached: 0, maps: 0, floats: 0, read: 0, written: 0, images: 0 };
  let sample: Cell[] = [];
  for (const checkpoint of manifest.checkpoints.keys()) {
    for (const task of checkpointTasks(manifest, checkpoint)) {
      left.tasks++;
      left.cells += task.cells.length;
      const missing = await missingCells(manifest, store, task);
      left.cached += task.cells.length - missing.length;
      if (missing.length === 0) continue;
      if (sample.length === 0) sample = missing;
      left.images += task.kind === 'extract' ? (missing[0]?.images?.length ?? 0) : 0;
      for (const cell of missing) count(manifest, cell, left);
    }
  }
  const seconds = sample.length === 0 ? null : await calibrate(manifest, sample, left);
  return {
    tasks: left.tasks,
    cells: left.cells,
    cachedCells: left.cached,
    maps: left.maps,
    bytesRead: left.read,
    bytesWritten: left.written,
    seconds: seconds === null ? null : seconds / threads,
  };
}

interface Left {
  maps: number;
  floats: number;
  read: number;
  written: number;
  images: number;
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
  left.floats += maps * floats;
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

/** Seconds on one thread: a few images through the real network, and the kernel on maps of noise of the sizes that occur. */
async function calibrate(manifest: Manifest, sample: readonly Cell[], left: Left): Promise<number> {
  let seconds = 0;
  const [first] = sample;
  if (manifest.source.kind === 'models' && first !== undefined) {
    const models = new ModelCache(manifest);
    try {
      const model = await models.model(first.checkpoint);
      const count = Math.min(batchSizeOf(manifest.source, manifest.checkpoints[first.checkpoint]), 16);
      const { height, width, channels } = model.input;
      const input = Float32Array.from(
        { length: count * height * width * channels },
        (_, i) => ((i * 7919) % 1000) / 1000,
      );
      const layers = layersOf(model, 'checkpoint', sample);
      await model.forward(input, count, layers, () => undefined); // the first pass compiles
      const started = performance.now();
      await model.forward(input, count, layers, () => undefined);
      seconds += ((performance.now() - started) / 1000 / count) * left.images;
    } finally {
      await models.close();
    }
  }
  const sizes = new Map<number, number>();
  for (const { size, units } of sample) sizes.set(size, (sizes.get(size) ?? 0) + (units ?? 1));
  const unitsInSample = [...sizes.values()].reduce((sum, units) => sum + units, 0);
  for (const [size, units] of sizes)
    seconds += kernelSeconds(manifest.density, size) * left.maps * (units / unitsInSample);
  return seconds;
}

function kernelSeconds(density: number, size: number): number {
  const kernel = new BirthKernel({ density });
  const maps = Math.max(4, Math.min(2000, Math.floor(2e6 / (size * size))));
  const noise = Float32Array.from({ length: maps * size * size }, (_, i) =>
    Math.max(0, (Math.sin(i * 12.9898) * 43758.5453) % 1),
  );
  const out = {
    birthRanks: new Uint32Array(maps),
    sums: new Float64Array(maps),
    zeros: new Uint32Array(maps),
  };
  kernel.measure(noise, size, out);
  const started = performance.now();
  kernel.measure(noise, size, out);
  return (performance.now() - started) / 1000 / maps;
}
