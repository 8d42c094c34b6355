import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  batchSizeOf,
  checkpointTasks,
  encodeManifest,
  type Cell,
  type Manifest,
  type ManifestCategory,
  type ModelsManifest,
} from '@unitscope/plan';
import { bytesOf, type Pace, type TaskRef } from '@unitscope/tasks';
import { CalibrationError } from './errors.js';
import { ThreadPool } from './thread-pool.js';
import type { ThreadData } from './thread-protocol.js';

/** Seconds for which sample tasks go through all threads, once each is warm, at most … */
const BUDGET = 6;
/** … and as a share of what the whole sweep takes, as far as the first tasks tell. */
const SHARE = 0.05;
/** A sample task should not take longer: several are to be done in the budget … */
const LONGEST = 1.5;
/** … but has so many batches at least, for what a task takes whatever its images to be told from them. */
const LEAST_BATCHES = 8;
/** Sample tasks of one size for each thread. */
const SAMPLES = 16;

/**
 * Runs some of the sweep's own work on all threads at once, into a folder that is removed, and takes the time: with what
 * threads take from each other, objects written to a disk, and the tables. `sample` are the cells of one task, `items` the
 * images or bytes of all that is left: a small sweep gets a short calibration.
 */
export async function calibrateSweep(
  manifest: Manifest,
  sample: readonly Cell[],
  items: number,
  threads: number,
): Promise<Pace> {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-plan-'));
  const pool = new ThreadPool();
  const lanes = (sampled: Manifest): Lanes => new Lanes(pool, sampled, threads, folder);
  try {
    return manifest.source.kind === 'models'
      ? await modelsPace(manifest, manifest.source, sample, items, threads, lanes)
      : await filesPace(manifest, sample, items, threads, lanes(manifest));
  } finally {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function modelsPace(
  manifest: Manifest,
  source: ModelsManifest,
  sample: readonly Cell[],
  items: number,
  threads: number,
  lanesOf: (sampled: Manifest) => Lanes,
): Promise<Pace> {
  const index = sample[0]?.checkpoint ?? 0;
  const [entry, next] = [manifest.checkpoints[index], manifest.checkpoints[index + 1]];
  const images = sample[0]?.images?.length ?? 0;
  if (entry === undefined || images === 0) throw new RangeError('the sample is of no checkpoint');
  const batch = Math.min(batchSizeOf(source, entry), images);
  const checkpoints = next === undefined ? [entry] : [entry, next];
  // One work for all, since each holds a model: small tasks, then tasks of as many images as will turn out to be right.
  const sizes = [
    ...new Set([LEAST_BATCHES, 4 * LEAST_BATCHES, Infinity].map((n) => Math.min(images, n * batch))),
  ];
  const most = threads * SAMPLES;
  const lanes = lanesOf({
    ...manifest,
    checkpoints,
    source: { ...source, categories: [batch, ...sizes].flatMap((count) => slices(source, count, most)) },
  });
  const cold = await lanes.once(0, 0);
  const first = await lanes.once(0, threads);
  const budget = budgetOf((first * items) / batch / threads);
  const { seconds, tasks } = await lanes.forBudget(0, [2 * threads, most], budget / 3);
  const warm = tasks === 0 ? first : seconds;
  const open = next === undefined ? 0 : Math.max(0, (await lanes.once(1, 0)) - warm);
  // Whole tasks where they are short, else tasks of fewer images; none beside the batches where the whole sweep is short.
  const limit = Math.min(LONGEST, budget);
  const at = Math.max(
    budget < LONGEST ? -1 : 0,
    sizes.findLastIndex((count) => (warm * count) / batch <= limit),
  );
  const taken = sizes[at] ?? batch;
  const larger =
    taken === batch ? null : await lanes.forBudget(0, [(1 + at) * most, (2 + at) * most], budget);
  const task = larger === null || larger.tasks === 0 ? (warm * taken) / batch : larger.seconds;
  const item =
    taken === images || taken === batch ? task / taken : Math.max(task - warm, task / 2) / (taken - batch);
  return {
    start: Math.max(0, cold - warm),
    open,
    task: Math.max(0, task - taken * item),
    item,
    aggregate: (await lanes.tables(0)) / Math.max(1, lanes.cells),
  };
}

async function filesPace(
  manifest: Manifest,
  sample: readonly Cell[],
  items: number,
  threads: number,
  lanes: Lanes,
): Promise<Pace> {
  const checkpoint = sample[0]?.checkpoint ?? 0;
  const tasks = checkpointTasks(manifest, checkpoint);
  const first = bytesOf(tasks[0]?.cells ?? []);
  const cold = await lanes.once(checkpoint, 0);
  const budget = budgetOf((cold * items) / Math.max(1, first) / threads);
  const { seconds, tasks: done } = await lanes.forBudget(checkpoint, [threads, tasks.length], budget);
  // Where there were no more tasks than threads, all that is known is what the first ones took.
  const bytes = tasks.slice(threads, threads + done).reduce((sum, task) => sum + bytesOf(task.cells), 0);
  const item = done === 0 ? cold / Math.max(1, first) : (seconds * done) / bytes;
  return {
    start: Math.max(0, cold - item * first),
    open: 0,
    task: 0,
    item,
    aggregate: (await lanes.tables(checkpoint)) / Math.max(1, lanes.cells),
  };
}

/** Seconds for samples of a sweep that takes about `whole`. */
function budgetOf(whole: number): number {
  return Math.min(BUDGET, SHARE * whole);
}

/** So many categories of `count` images each, no two with the same images in the same order as far as there are enough. */
function slices({ categories }: ModelsManifest, count: number, wanted: number): ManifestCategory[] {
  const full = categories.filter(({ images }) => images.length > 0);
  return Array.from({ length: wanted }, (_, i) => {
    const category = full[i % full.length];
    if (category === undefined) throw new RangeError('a sweep without images');
    const { label, images } = category;
    const from = Math.floor(i / full.length) * (count + 1);
    const turned = Array.from(
      { length: Math.min(count, images.length) },
      (__, at) => images[(from + at) % images.length],
    );
    return { label, images: turned.filter((image) => image !== undefined) };
  });
}

/** The threads of a sweep over a sample of its work. */
class Lanes {
  private readonly data: ThreadData;
  /** Cells that were done. */
  cells = 0;

  constructor(
    private readonly pool: ThreadPool,
    private readonly manifest: Manifest,
    private readonly threads: number,
    folder: string,
  ) {
    this.data = { manifest: encodeManifest(manifest), store: pathToFileURL(folder).href };
  }

  /** One task on each thread at once, from task `first` of the checkpoint: seconds of the slowest. */
  async once(checkpoint: number, first: number): Promise<number> {
    const started = performance.now();
    const count = Math.min(this.threads, checkpointTasks(this.manifest, checkpoint).length - first);
    await Promise.all(Array.from({ length: count }, (_, i) => this.run(checkpoint, first + i)));
    return (performance.now() - started) / 1000;
  }

  /**
   * Tasks of a range, one after another on every thread, until the budget is spent: seconds that one takes on its
   * thread, and how many were done.
   */
  async forBudget(
    checkpoint: number,
    [first, end]: readonly [number, number],
    budget: number,
  ): Promise<{ seconds: number; tasks: number }> {
    const started = performance.now();
    let [next, done, spent] = [first, 0, 0];
    const lane = async (): Promise<void> => {
      while (next < end && performance.now() - started < budget * 1000) {
        const begun = performance.now();
        // One that had the images of another is there already.
        if (!(await this.run(checkpoint, next++))) continue;
        spent += (performance.now() - begun) / 1000;
        done++;
      }
    };
    await Promise.all(Array.from({ length: this.threads }, lane));
    return { seconds: spent / Math.max(1, done), tasks: done };
  }

  /** Seconds for the tables of what is there; to look for what is not, as for the rest of a sample, is taken off. */
  async tables(checkpoint: number): Promise<number> {
    const made = await this.aggregate(checkpoint);
    return Math.max(0, made - (await this.aggregate(checkpoint)));
  }

  private async aggregate(checkpoint: number): Promise<number> {
    const started = performance.now();
    await this.pool.run(this.data, { kind: 'aggregate', checkpoint, index: 0 });
    return (performance.now() - started) / 1000;
  }

  /** Whether there was something to do. */
  private async run(checkpoint: number, index: number): Promise<boolean> {
    const ref: TaskRef = { kind: 'cells', checkpoint, index };
    const reply = await this.pool.run(this.data, ref);
    if ('failure' in reply) throw new CalibrationError(reply.failure.message);
    if (reply.outcome.maps === 0) return false;
    this.cells += checkpointTasks(this.manifest, checkpoint)[index]?.cells.length ?? 0;
    return true;
  }
}
