import {
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  Batch,
  BatchResult,
  CellCounts,
  CheckpointPlan,
  CheckpointProgress,
  CheckpointResult,
  Pace,
  Scope,
  SweepRef,
  TablesResult,
} from '../messages/messages.js';
import { computeActivities, sweepActivities } from './activity-proxies.js';
import { BatchSize } from './batch-size.js';
import { batchSummary } from './batch-summary.js';
import { checkpointProgress, pauseCheckpoint, resumeCheckpoint } from './definitions.js';
import { checkpointInputSchema, refuseOtherInput } from './inputs.js';
import { LayerCounts } from './layer-counts.js';

const FAILED_PAGE = 500;
/** How often what was done and is gone from the store is made again, before it counts as lost. */
const REMAKES = 3;

export interface CheckpointInput {
  readonly ref: SweepRef;
  readonly checkpoint: number;
  readonly scope: Scope;
  readonly pace: Pace;
  /** Where the sweep knows it. */
  readonly plan?: CheckpointPlan;
  /** Where an earlier run of this workflow had come to. */
  readonly state?: CheckpointState;
}

interface CheckpointState {
  readonly plan: CheckpointPlan;
  /** Index of the first task that is not in a batch yet. */
  readonly next: number;
  /** Batches that a pause took back. */
  readonly again: readonly Batch[];
  readonly tasks: { readonly done: number; readonly failed: number };
  readonly cells: CellCounts;
  readonly maps: number;
  readonly layers: readonly (readonly [done: number, failed: number])[];
  readonly secondsATask: number | null;
  readonly paused: boolean;
  /** Absent: 0. */
  readonly remakes?: number;
}

/**
 * Does the tasks of one checkpoint, batch by batch, then makes its result tables. Where those lack objects that went away
 * meanwhile, or that nobody has made, it does their tasks, and tries again.
 */
export async function checkpointWorkflow(input: CheckpointInput): Promise<CheckpointResult> {
  refuseOtherInput(checkpointInputSchema, input, 'input of a checkpoint');
  const run = new CheckpointRun(input);
  return run.drive();
}

class CheckpointRun {
  readonly #input: CheckpointInput;
  readonly #size: BatchSize;
  #plan: CheckpointPlan | null;
  #layers: LayerCounts;
  #next: number;
  #tasks: CheckpointState['tasks'];
  #cells: CellCounts;
  #maps: number;
  #paused: boolean;
  #aggregating = false;
  /** Its only batch has made the tables too. */
  #tablesMade = false;
  readonly #again: Batch[];
  /** How often the tables turned out to lack objects. From the first time on the tasks of those are done. */
  #remakes: number;
  /** Where tasks are listed, no range: indices that were listed and are in no batch yet. */
  #listed: number[] = [];
  #allListed = false;
  #listing: Promise<void> | null = null;
  #work = new CancellationScope();

  constructor(input: CheckpointInput) {
    const { state, pace } = input;
    this.#input = input;
    this.#plan = state?.plan ?? input.plan ?? null;
    this.#size = new BatchSize(pace, state?.secondsATask ?? null);
    this.#next = state?.next ?? 0;
    this.#again = [...(state?.again ?? [])];
    this.#tasks = state?.tasks ?? { done: 0, failed: 0 };
    this.#cells = state?.cells ?? { done: 0, cached: 0, failed: 0 };
    this.#layers = new LayerCounts(state?.plan ?? input.plan, state?.layers);
    this.#maps = state?.maps ?? 0;
    this.#paused = state?.paused ?? false;
    this.#remakes = state?.remakes ?? 0;
    setHandler(checkpointProgress, () => this.#progress());
    setHandler(pauseCheckpoint, () => this.#pause());
    setHandler(resumeCheckpoint, () => this.#resume());
  }

  async drive(): Promise<CheckpointResult> {
    const { ref, checkpoint, pace } = this.#input;
    if (this.#plan === null) {
      this.#plan = await sweepActivities(pace).planCheckpoint(ref, checkpoint);
      this.#layers = new LayerCounts(this.#plan);
    }
    this.#tell();
    const plan = this.#plan;
    for (;;) {
      await Promise.all(Array.from({ length: pace.lanes }, () => this.#lane(plan)));
      if (!this.#isOver(plan)) return this.#goOn(plan);
      const {
        failed,
        missing = 0,
        lost = 0,
      } = this.#tablesMade ? { failed: false } : await this.#makeTables(plan);
      if (missing > 0) {
        this.#doMissing();
        continue;
      }
      this.#settleLost(plan, lost);
      return {
        cells: this.#cells,
        maps: this.#maps,
        failedTasks: this.#tasks.failed + (failed ? 1 : 0),
      };
    }
  }

  async #makeTables(plan: CheckpointPlan): Promise<TablesResult> {
    const { ref, checkpoint, pace } = this.#input;
    this.#aggregating = true;
    this.#tell();
    const tables = `result tables${plan.names === undefined ? '' : ` of ${plan.names.checkpoint}`}`;
    const { aggregateTables } = computeActivities(pace, tables);
    const result = await aggregateTables(
      ref,
      checkpoint,
      pace.attempts,
      this.#remakes >= REMAKES,
      pace.taskTimeout,
    );
    this.#aggregating = false;
    return result;
  }

  /** Objects of some tasks are not there: from now on it is those that are done. */
  #doMissing(): void {
    this.#remakes++;
    this.#next = 0;
    this.#allListed = false;
    this.#tell();
  }

  #settleLost(plan: CheckpointPlan, lost: number): void {
    const cells = lost * cellsATask(plan);
    this.#tasks = { done: this.#tasks.done - lost, failed: this.#tasks.failed + lost };
    this.#cells = { ...this.#cells, done: this.#cells.done - cells, failed: this.#cells.failed + cells };
  }

  async #lane(plan: CheckpointPlan): Promise<void> {
    const { ref, pace } = this.#input;
    for (;;) {
      await condition(() => !this.#paused);
      if (this.#isLong()) return;
      const batch = this.#again.shift() ?? (await this.#take(plan));
      if (batch === null) return;
      const { extractTasks, measureTasks } = computeActivities(pace, batchSummary(plan, batch));
      const runTasks = plan.kind === 'extract' ? extractTasks : measureTasks;
      try {
        this.#settle(
          batch,
          await this.#work.run(() => runTasks(ref, batch, pace.attempts, pace.taskTimeout)),
        );
      } catch (error) {
        // Cancelled without the workflow being so: a pause took it back.
        if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
        this.#again.push(batch);
      }
    }
  }

  // The batches at work are taken back: their finished tasks are in the store and will be found there.
  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#work.cancel();
    this.#work = new CancellationScope();
    this.#tell();
  }

  #resume(): void {
    this.#paused = false;
    this.#tell();
  }

  async #take(plan: CheckpointPlan): Promise<Batch | null> {
    const { checkpoint, scope } = this.#input;
    if (this.#remakes === 0 && scope === 'all') {
      const left = plan.tasks - this.#next;
      if (left === 0) return null;
      const from = this.#next;
      this.#next += this.#size.next(left);
      return { checkpoint, from, to: this.#next };
    }
    if (this.#remakes === 0 && scope === 'missing') return null;
    if (this.#listed.length === 0 && !this.#allListed) await this.#list();
    if (this.#listed.length === 0) return null;
    const tasks = this.#listed.splice(0, this.#size.next(this.#listed.length));
    this.#next = (tasks.at(-1) ?? 0) + 1;
    if (this.#wereDone()) this.#reopen(plan, tasks);
    return { checkpoint, from: 0, to: tasks.length, tasks };
  }

  /** Whether tasks that are missing now counted as done: those that nobody had made yet are met in the first look. */
  #wereDone(): boolean {
    const { scope } = this.#input;
    return this.#remakes > (scope === 'failed' ? 1 : 0);
  }

  #reopen(plan: CheckpointPlan, tasks: readonly number[]): void {
    this.#tasks = { ...this.#tasks, done: this.#tasks.done - tasks.length };
    this.#cells = { ...this.#cells, done: this.#cells.done - tasks.length * cellsATask(plan) };
    this.#layers.reopen(tasks);
  }

  /** Lanes that run out at once wait for one page. */
  async #list(): Promise<void> {
    const { ref, checkpoint, pace } = this.#input;
    this.#listing ??= (async () => {
      const { failedTasksOf, missingTasksOf } = sweepActivities(pace);
      const list = this.#remakes === 0 ? failedTasksOf : missingTasksOf;
      const page = await list(ref, checkpoint, this.#next, FAILED_PAGE);
      this.#listed.push(...page);
      this.#allListed = page.length < FAILED_PAGE;
      this.#listing = null;
    })();
    await this.#listing;
  }

  #settle(batch: Batch, { cells, failed, maps, seconds, tables = false }: BatchResult): void {
    this.#tablesMade = tables;
    const tasks = batch.to - batch.from;
    this.#tasks = {
      done: this.#tasks.done + tasks - failed.length,
      failed: this.#tasks.failed + failed.length,
    };
    this.#cells = {
      done: this.#cells.done + cells.done,
      cached: this.#cells.cached + cells.cached,
      failed: this.#cells.failed + cells.failed,
    };
    this.#maps += maps;
    this.#layers.add(batch, failed);
    this.#size.learn(tasks, seconds);
    this.#tell();
  }

  /** What Temporal's page says of it: no event of the history. */
  #tell(): void {
    const { state, tasks, cells } = this.#progress();
    const failed = cells.failed === 0 ? '' : `, ${cells.failed} failed`;
    setCurrentDetails(
      `${this.#plan?.names?.checkpoint ?? `checkpoint ${this.#input.checkpoint}`}: ${state}, ` +
        `${tasks.done + tasks.failed} of ${tasks.total} tasks, ${cells.done} of ${cells.total} cells${failed}`,
    );
  }

  #isLong(): boolean {
    return workflowInfo().historyLength > this.#input.pace.historyEvents;
  }

  #isOver(plan: CheckpointPlan): boolean {
    if (this.#again.length > 0 || this.#listed.length > 0) return false;
    if (this.#remakes > 0) return this.#allListed;
    const { scope } = this.#input;
    return scope === 'all' ? this.#next >= plan.tasks : scope === 'missing' || this.#allListed;
  }

  #goOn(plan: CheckpointPlan): Promise<never> {
    return continueAsNew<typeof checkpointWorkflow>({
      ...this.#input,
      state: {
        plan,
        next: this.#next, // what was listed and not taken is listed again
        again: this.#again,
        tasks: this.#tasks,
        cells: this.#cells,
        maps: this.#maps,
        layers: this.#layers.counts(),
        secondsATask: this.#size.secondsATask,
        paused: this.#paused,
        ...(this.#remakes > 0 && { remakes: this.#remakes }),
      },
    });
  }

  #progress(): CheckpointProgress {
    const state = this.#paused ? 'paused' : this.#aggregating ? 'aggregating' : 'running';
    return {
      checkpoint: this.#input.checkpoint,
      state: this.#plan === null ? 'planning' : state,
      tasks: { total: this.#plan?.tasks ?? 0, ...this.#tasks },
      cells: { total: this.#plan?.cells ?? 0, ...this.#cells },
      maps: this.#maps,
      layers: this.#layers.report(),
    };
  }
}

/** An extract task is all layers of a category, a measure task one cell. */
function cellsATask({ cells, tasks }: CheckpointPlan): number {
  return tasks === 0 ? 0 : cells / tasks;
}
