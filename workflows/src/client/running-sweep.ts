import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
import type { Manifest } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { prepareSweep, uploadInputs } from '@unitscope/tasks';
import { SweepFailedError, SweepNotRunningError } from '../errors.js';
import type { CheckpointProgress, SweepProgressReport, SweepResult } from '../messages/messages.js';
import { sweepRef } from '../sweep-ref.js';
import {
  addCheckpoints,
  checkpointProgress,
  finishFollowing,
  pauseSweep,
  resumeSweep,
  retryFailed,
  setWindow,
  sweepProgress,
} from '../workflows/definitions.js';
import type { sweepWorkflow } from '../workflows/sweep-workflow.js';

/** How far a sweep is, its running checkpoints included. */
export interface LiveProgress extends SweepProgressReport {
  readonly open: readonly CheckpointProgress[];
}

/** A sweep on a Temporal server. */
export class RunningSweep {
  readonly workflowId: string;
  readonly #client: Client;
  readonly #handle: WorkflowHandle<typeof sweepWorkflow>;
  /** What running checkpoints said last, those asked longest ago first. */
  readonly #asked = new Map<number, CheckpointProgress | null>();

  constructor(client: Client, handle: WorkflowHandle<typeof sweepWorkflow>) {
    this.workflowId = handle.workflowId;
    this.#client = client;
    this.#handle = handle;
  }

  async exists(): Promise<boolean> {
    return this.status().then(
      () => true,
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      },
    );
  }

  /** running, completed, failed, cancelled, terminated … */
  async status(): Promise<string> {
    const { status } = await this.#handle.describe();
    return status.name.toLowerCase();
  }

  /** Throws SweepNotRunningError where it has ended. */
  async expectRunning(sweep: string): Promise<void> {
    const status = await this.status();
    if (status === 'running') return;
    throw new SweepNotRunningError(`sweep "${sweep}": expected it running, found it ${status}`);
  }

  /** How long its last execution took; null while it runs. */
  async seconds(): Promise<number | null> {
    const { startTime, closeTime } = await this.#handle.describe();
    return closeTime === undefined ? null : (closeTime.getTime() - startTime.getTime()) / 1000;
  }

  /**
   * Needs a worker that answers. Each question is an action that Temporal Cloud counts: of the running checkpoints at most
   * so many are asked, those asked longest ago; of the others it says what they said then.
   */
  async progress(most = Infinity): Promise<LiveProgress> {
    const report = await this.#handle.query(sweepProgress);
    const running = new Set(report.running);
    for (const checkpoint of this.#asked.keys()) if (!running.has(checkpoint)) this.#asked.delete(checkpoint);
    const asked = [...this.#asked.keys()];
    const byAge = [...report.running.filter((checkpoint) => !this.#asked.has(checkpoint)), ...asked];
    await Promise.all(byAge.slice(0, most).map((checkpoint) => this.#ask(checkpoint)));
    const open = report.running.map((checkpoint) => this.#asked.get(checkpoint) ?? null);
    return { ...report, open: open.filter((progress) => progress !== null) };
  }

  async #ask(checkpoint: number): Promise<void> {
    const handle = this.#client.workflow.getHandle(`${this.workflowId}/checkpoint-${checkpoint}`);
    // One that has not begun yet, or is over this moment, says nothing.
    const progress = await handle.query(checkpointProgress).catch(() => null);
    this.#asked.delete(checkpoint); // the latest is last
    this.#asked.set(checkpoint, progress);
  }

  /** Why activities that wait for another attempt failed, of the sweep itself and of these checkpoints. */
  async troubles(checkpoints: readonly number[]): Promise<string[]> {
    const ids = [this.workflowId, ...checkpoints.map((i) => `${this.workflowId}/checkpoint-${i}`)];
    const messages = await Promise.all(
      ids.map(async (id) => {
        const { raw } = await this.#client.workflow.getHandle(id).describe();
        return (raw.pendingActivities ?? []).map(({ lastFailure }) => lastFailure?.message ?? '');
      }),
    );
    return [...new Set(messages.flat())].filter((message) => message !== '');
  }

  async pause(): Promise<void> {
    await this.#handle.executeUpdate(pauseSweep);
  }

  async resume(): Promise<void> {
    await this.#handle.executeUpdate(resumeSweep);
  }

  /** Answers of how many checkpoints. */
  async retryFailed(): Promise<number> {
    return this.#handle.executeUpdate(retryFailed);
  }

  async setWindow(window: number): Promise<void> {
    await this.#handle.executeUpdate(setWindow, { args: [window] });
  }

  /** The manifest has grown to this one (extendManifest): its inputs and itself go to the store, and the sweep goes on with it. */
  async addCheckpoints(manifest: Manifest, address: string, spec: string): Promise<number> {
    const store = await openStore(address);
    await prepareSweep(store, manifest, spec, { replace: false });
    await uploadInputs(manifest, store);
    return this.#handle.executeUpdate(addCheckpoints, { args: [sweepRef(manifest, store.uri)] });
  }

  async finish(): Promise<void> {
    await this.#handle.executeUpdate(finishFollowing);
  }

  /** Reaches the children and what they run; `result` then throws SWEEP_CANCELLED. */
  async cancel(): Promise<void> {
    await this.#handle.cancel();
  }

  /** Waits for the end. Throws SweepFailedError where it was cancelled, terminated or could not go on. */
  async result(): Promise<SweepResult> {
    try {
      return await this.#handle.result();
    } catch (error) {
      if (error instanceof WorkflowFailedError) throw endOf(error);
      throw error;
    }
  }
}

function endOf(error: WorkflowFailedError): SweepFailedError {
  let cause: unknown = error.cause;
  if (cause instanceof CancelledFailure) {
    return new SweepFailedError('SWEEP_CANCELLED', 'the sweep was cancelled; finished tasks are kept');
  }
  if (cause instanceof TerminatedFailure) {
    return new SweepFailedError('SWEEP_TERMINATED', 'the sweep was terminated; finished tasks are kept');
  }
  // Workflow → child → activity: the last says why.
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  const code = cause instanceof ApplicationFailure ? (cause.type ?? 'SWEEP_FAILED') : 'SWEEP_FAILED';
  const message = cause instanceof Error ? cause.message : error.message;
  return new SweepFailedError(code, `the sweep had to stop, its finished tasks are kept: ${message}`);
}
