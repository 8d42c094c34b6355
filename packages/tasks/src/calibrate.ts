import {
  batchSizeOf,
  checkpointTasks,
  type Cell,
  type Manifest,
  type ManifestCategory,
  type ModelsManifest,
} from '@unitscope/plan';
import { ScratchStore } from './scratch-store.js';
import { TaskRunner } from './task-runner.js';

/** What a sweep's parts take on one thread of this machine, in seconds. */
export interface Pace {
  /** To open a checkpoint, and what its first forward pass takes more than the others. */
  readonly open: number;
  /** Of a task, whatever its images. */
  readonly task: number;
  /** Of an image (a byte of an activation file, for a sweep over such files). */
  readonly item: number;
  /** Of a cell when the result tables are made. */
  readonly aggregate: number;
}

/** Seconds that are spent at most, but for the first batch of images or the first file. */
const BUDGET = 10;

/**
 * Runs some of the sweep's own work (its checkpoint, images, preprocessing, kernel and tables) into memory, and takes
 * the time. `sample` are the cells of one task.
 */
export async function calibrate(manifest: Manifest, sample: readonly Cell[]): Promise<Pace> {
  return manifest.source.kind === 'models'
    ? await calibrateModels(manifest, manifest.source, sample)
    : await calibrateFiles(manifest, sample);
}

async function calibrateModels(
  manifest: Manifest,
  source: ModelsManifest,
  sample: readonly Cell[],
): Promise<Pace> {
  const [first] = sample;
  const entry = manifest.checkpoints[first?.checkpoint ?? 0];
  const category = source.categories.find(({ label }) => label === first?.category);
  if (entry === undefined || category === undefined) throw new RangeError('the sample is of no checkpoint');
  const batch = Math.min(batchSizeOf(source, entry), category.images.length);
  const small = { ...category, images: category.images.slice(0, batch) };
  // A runner holds on to one manifest: the larger piece of work is its second category.
  const runs = async (
    large: ManifestCategory,
  ): Promise<{ cold: number; warm: number; more: number; tables: number }> => {
    const store = new ScratchStore();
    const reduced = {
      ...manifest,
      keepActivations: false,
      checkpoints: [entry],
      source: { ...source, categories: [small, large] },
    };
    const runner = new TaskRunner(reduced, store);
    const task = async (index: number): Promise<number> => {
      store.clear();
      return await seconds(() => runner.run({ kind: 'cells', checkpoint: 0, index }));
    };
    try {
      const [cold, warm, more] = [await task(0), await task(0), await task(1)];
      const tables = await seconds(() => runner.run({ kind: 'aggregate', checkpoint: 0, index: 0 }));
      return { cold, warm, more, tables };
    } finally {
      await runner.close();
    }
  };
  const probe = await runs(small);
  const fastest = Math.min(probe.warm, probe.more);
  const left = BUDGET - probe.cold - probe.warm - probe.more - 2 * fastest - probe.cold;
  const most = Math.floor((left / Math.max(1e-6, fastest)) * batch);
  const images = category.images.slice(0, Math.max(batch, Math.min(category.images.length, most)));
  const { cold, warm, more, tables } = images.length > batch ? await runs({ ...category, images }) : probe;
  const item =
    images.length > batch ? Math.max(more - warm, more / 10) / (images.length - batch) : fastest / batch;
  return {
    open: Math.max(0, cold - warm),
    task: Math.max(0, Math.min(warm, probe.warm) - batch * item),
    item,
    aggregate: tables / (checkpointTasks(manifest, first?.checkpoint ?? 0)[0]?.cells.length ?? 1),
  };
}

async function calibrateFiles(manifest: Manifest, sample: readonly Cell[]): Promise<Pace> {
  const [first] = sample;
  if (first === undefined) throw new RangeError('no cell to calibrate with');
  const runner = new TaskRunner(manifest, new ScratchStore());
  const tasks = checkpointTasks(manifest, first.checkpoint);
  let [bytes, spent, done] = [0, 0, 0];
  try {
    for (const { index, cells } of tasks) {
      if (spent > BUDGET / 2 || done === 50) break;
      const taken = await seconds(() => runner.run({ kind: 'cells', checkpoint: first.checkpoint, index }));
      // The first one also compiles.
      if (index === 0 && tasks.length > 1) continue;
      spent += taken;
      done++;
      bytes += bytesOf(cells);
    }
    const tables = await seconds(() =>
      runner.run({ kind: 'aggregate', checkpoint: first.checkpoint, index: 0 }),
    );
    return { open: 0, task: 0, item: spent / Math.max(1, bytes), aggregate: tables / Math.max(1, done) };
  } finally {
    await runner.close();
  }
}

export function bytesOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { files }) => sum + (files?.reduce((all, { bytes }) => all + bytes, 0) ?? 0), 0);
}

/** Of the clock, or of the processors where work went on beside this thread (images are decoded there). */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.max((performance.now() - started) / 1000, (user + system) / 1e6);
}
