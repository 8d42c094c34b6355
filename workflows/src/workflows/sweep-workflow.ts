import {
  CancellationScope,
  condition,
  continueAsNew,
  setCurrentDetails,
  workflowInfo,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import type {
  CheckpointPlan,
  CheckpointResult,
  ClosedSweep,
  Scope,
  SweepProgressReport,
  SweepRef,
  SweepResult,
} from '../messages/messages.js';
import { sweepActivities } from './activity-proxies.js';
import { startCheckpoint } from './start-checkpoint.js';
import { sweepDetails } from './sweep-details.js';
import type { SweepInput } from './sweep-input.js';
import { SweepTally } from './sweep-tally.js';
import { answerSweep } from './sweep-updates.js';
import { windowWidth } from './window-width.js';
import type { checkpointWorkflow } from './checkpoint-workflow.js';
import { pauseCheckpoint, resumeCheckpoint } from './definitions.js';
import { refuseOtherInput, sweepInputSchema } from './inputs.js';

/** How often tables that are gone, or lack cells, when the sweep is to end are made again. */
const REMAKES = 3;

/** A sweep of more checkpoints that goes on as a new one forgets their names: its message would be too long. */
const MOST_NAMES = 1000;
/** After so many checkpoints the workers are counted again. */
const COUNT_EVERY = 50;

/**
 * Does a sweep: one child a checkpoint, a window of them at once, then failures.arrow. It ends when the tables hold every
 * cell that no failure explains: what is gone by then is made again.
 */
export async function sweepWorkflow(input: SweepInput): Promise<SweepResult> {
  refuseOtherInput(sweepInputSchema, input, 'input of a sweep');
  return new SweepRun(input).drive();
}

class SweepRun {
  readonly #input: SweepInput;
  readonly #running = new Map<number, ChildWorkflowHandle<typeof checkpointWorkflow> | null>();
  readonly #retries: number[];
  /** Running checkpoints that are to be retried once they are over. */
  readonly #retryAfter = new Set<number>();
  /** Those of #retries of which only what is missing is meant. */
  readonly #remake: Set<number>;
  /** How often it was to end and tables lacked something. */
  #remakes: number;
  #ref: SweepRef;
  #window: number;
  #next: number;
  /** Tasks of a checkpoint, their plan where they share one, and tasks that the workers do at once. */
  #tasks: number | undefined;
  #plan: CheckpointPlan | undefined;
  #slots: number;
  /** Checkpoints that were settled when the workers were counted last. */
  #countedAt = 0;
  readonly #tally: SweepTally;
  #paused: boolean;
  #finished: boolean;
  #changed = false;
  /** Why the sweep cannot go on, e.g. the store refuses the workers. */
  #fatal: Error | null = null;
  readonly #children = new CancellationScope();
  /** What people call the first checkpoints; empty where they are too many to be sent. */
  readonly #names: string[];

  constructor(input: SweepInput) {
    const { state } = input;
    this.#input = input;
    this.#ref = input.ref;
    this.#window = input.window;
    this.#next = state?.next ?? 0;
    this.#tasks = state?.tasks;
    this.#plan = state?.plan;
    this.#slots = state?.slots ?? 0;
    this.#retries = [...(state?.retries ?? [])];
    this.#remake = new Set(state?.remake ?? []);
    this.#remakes = state?.remakes ?? 0;
    this.#tally = new SweepTally(state);
    this.#paused = state?.paused ?? false;
    this.#finished = state?.finished ?? false;
    this.#names = [...(state?.names ?? [])];
    this.#listen();
  }

  async drive(): Promise<SweepResult> {
    const { state, scope } = this.#input;
    if (state === undefined) {
      const { cells, names, tasks, plan } = await sweepActivities(this.#input.pace).openSweep(this.#ref, 0);
      this.#tally.setTotal(cells);
      this.#names.push(...(names ?? []));
      [this.#tasks, this.#plan] = [tasks, plan];
      await this.#countSlots();
      if (scope === 'failed') await this.#retryEarlierFailures();
    }
    await this.#work();
    if (this.#fatal !== null) {
      await sweepActivities(this.#input.pace).closeSweep(this.#ref);
      throw this.#fatal;
    }
    if (!this.#isOver()) return this.#goOn();
    const last = this.#remakes >= REMAKES;
    const closed = await sweepActivities(this.#input.pace).closeSweep(this.#ref, last);
    if (!last) this.#makeAgain(closed.incomplete ?? []);
    // Tables are to be made again, or a retry or a checkpoint came in meanwhile.
    return this.#isOver() ? this.#result(closed) : this.#goOn();
  }

  /** Until nothing is left that may be begun. */
  async #work(): Promise<void> {
    for (;;) {
      this.#changed = false;
      while (this.#mayStart()) this.#start();
      this.#tell();
      if (this.#running.size === 0 && (this.#fatal !== null || this.#isLong() || this.#isOver())) return;
      try {
        await condition(() => this.#changed);
      } catch (cancelled) {
        await CancellationScope.nonCancellable(() => this.#windUp());
        throw cancelled;
      }
    }
  }

  #result({ failedTasks, held }: ClosedSweep): SweepResult {
    const { cells, maps, done } = this.#tally;
    const result = { cells, maps, checkpoints: done, failedTasks };
    return held === undefined ? result : { ...result, held };
  }

  /** Tables of these checkpoints are gone, or lack cells that no failure explains. */
  #makeAgain(incomplete: readonly number[]): void {
    if (incomplete.length > 0) this.#remakes++;
    for (const checkpoint of incomplete) {
      this.#remake.add(checkpoint);
      this.#retries.push(checkpoint);
      this.#tally.done--;
    }
  }

  /** After a cancellation: waits for the children, which are cancelled too, and says what had failed until then. */
  async #windUp(): Promise<void> {
    await condition(() => this.#running.size === 0);
    await sweepActivities(this.#input.pace).closeSweep(this.#ref);
  }

  async #retryEarlierFailures(): Promise<void> {
    this.#retries.push(...(await sweepActivities(this.#input.pace).failedCheckpoints(this.#ref)));
    this.#next = this.#ref.checkpoints;
    this.#tally.done = this.#ref.checkpoints - this.#retries.length;
  }

  #mayStart(): boolean {
    if (this.#paused || this.#fatal !== null || this.#isLong() || this.#running.size >= this.#width())
      return false;
    return this.#retries.length > 0 || this.#next < this.#ref.checkpoints;
  }

  #width(): number {
    const facts = { lanes: this.#input.pace.lanes, tasks: this.#tasks, slots: this.#slots };
    return windowWidth({ window: this.#window, ...facts });
  }

  /** Counts what the workers can do at once, now and each time that some more checkpoints are over. */
  async #countSlots(): Promise<void> {
    if (this.#input.fits !== true) return;
    this.#countedAt = this.#tally.done;
    this.#slots = await sweepActivities(this.#input.pace).countSlots();
    this.#changed = true;
  }

  #isOver(): boolean {
    const { follow } = this.#input;
    const waits =
      follow !== undefined && !this.#finished && this.#ref.checkpoints < (follow.until ?? Infinity);
    return (
      !waits && this.#running.size === 0 && this.#retries.length === 0 && this.#next >= this.#ref.checkpoints
    );
  }

  #isLong(): boolean {
    return workflowInfo().historyLength > this.#input.pace.historyEvents;
  }

  #start(): void {
    const retry = this.#retries.shift();
    const checkpoint = retry ?? this.#next++;
    this.#running.set(checkpoint, null);
    const again = this.#remake.delete(checkpoint) ? 'missing' : 'failed';
    void this.#follow(checkpoint, retry === undefined ? 'all' : again).finally(() => (this.#changed = true));
  }

  async #follow(checkpoint: number, scope: Scope): Promise<void> {
    try {
      const result = await this.#children.run(async () => {
        const child = await startCheckpoint({
          ref: this.#ref,
          checkpoint,
          name: this.#names[checkpoint],
          scope,
          pace: this.#input.pace,
          plan: this.#plan,
        });
        this.#running.set(checkpoint, child);
        if (this.#paused) await child.signal(pauseCheckpoint);
        return child.result();
      });
      this.#settle(checkpoint, result);
    } catch (error) {
      this.#fatal ??= error as Error;
      this.#children.cancel();
    }
    this.#running.delete(checkpoint);
    if (this.#retryAfter.delete(checkpoint)) this.#retry(checkpoint);
  }

  /** What Temporal's page says of it: no event of the history. */
  #tell(): void {
    setCurrentDetails(sweepDetails(this.#ref.sweep, this.#progress()));
  }

  #settle(checkpoint: number, result: CheckpointResult): void {
    this.#tally.settle(checkpoint, result);
    if (this.#tally.done >= this.#countedAt + COUNT_EVERY) void this.#countSlots().catch(() => undefined);
  }

  #retry(checkpoint: number): void {
    if (this.#tally.reopen(checkpoint)) this.#retries.push(checkpoint);
  }

  #listen(): void {
    const changing =
      <A extends unknown[], R>(act: (...args: A) => R) =>
      (...args: A): R => {
        this.#changed = true;
        return act(...args);
      };
    answerSweep({
      ref: () => this.#ref,
      progress: () => this.#progress(),
      setPaused: changing((paused: boolean) => this.#setPaused(paused)),
      finish: changing(() => void (this.#finished = true)),
      setWindow: changing((window: number) => (this.#window = window)),
      retryFailed: changing(() => this.#retryAll()),
      add: changing((ref: SweepRef) => this.#add(ref)),
    });
  }

  #retryAll(): number {
    for (const checkpoint of this.#running.keys()) this.#retryAfter.add(checkpoint);
    const failed = [...this.#tally.failed.keys()];
    for (const checkpoint of failed) this.#retry(checkpoint);
    return failed.length;
  }

  async #setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    const children = [...this.#running.values()].filter((child) => child !== null);
    await Promise.all(
      children.map((child) =>
        // One that ended this moment needs no telling.
        child.signal(paused ? pauseCheckpoint : resumeCheckpoint).catch(() => undefined),
      ),
    );
  }

  async #add(ref: SweepRef): Promise<number> {
    const before = this.#ref.checkpoints;
    const { cells, names, tasks, plan } = await sweepActivities(this.#input.pace).openSweep(ref, before);
    [this.#tasks, this.#plan] = [tasks, plan];
    if (this.#names.length === before) this.#names.push(...(names ?? []));
    this.#ref = ref;
    this.#tally.setTotal(cells);
    this.#changed = true;
    return ref.checkpoints - before;
  }

  #goOn(): Promise<never> {
    const { follow, ...input } = this.#input;
    return continueAsNew<typeof sweepWorkflow>({
      ...input,
      ...(follow !== undefined && { follow }),
      ref: this.#ref,
      window: this.#window,
      state: {
        next: this.#next,
        retries: this.#retries,
        cells: this.#tally.cells,
        maps: this.#tally.maps,
        done: this.#tally.done,
        failed: [...this.#tally.failed],
        paused: this.#paused,
        finished: this.#finished,
        ...(this.#tasks !== undefined && { tasks: this.#tasks }),
        ...(this.#plan !== undefined && { plan: this.#plan }),
        slots: this.#slots,
        names: this.#names.length > MOST_NAMES ? [] : this.#names,
        ...(this.#remake.size > 0 && { remake: [...this.#remake] }),
        ...(this.#remakes > 0 && { remakes: this.#remakes }),
      },
    });
  }

  #progress(): SweepProgressReport {
    const { cells, maps, done, failed } = this.#tally;
    const waits = this.#running.size === 0 && !this.#isOver();
    return {
      state: this.#paused ? 'paused' : waits ? 'waiting' : 'running',
      cells,
      maps,
      checkpoints: { total: this.#ref.checkpoints, done },
      running: [...this.#running.keys()].sort((a, b) => a - b),
      failed: [...failed],
      window: this.#window,
    };
  }
}
