import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { SweepProgressReport, SweepRef } from '../messages/messages.js';
import {
  addCheckpoints,
  finishFollowing,
  pauseSweep,
  resumeSweep,
  retryFailed,
  setWindow,
  sweepProgress,
} from './definitions.js';
import { refuseOtherInput, sweepRefSchema } from './inputs.js';

/** What a running sweep can be asked and told. */
export interface SweepControls {
  ref(): SweepRef;
  progress(): SweepProgressReport;
  setPaused(paused: boolean): Promise<void>;
  finish(): void;
  setWindow(window: number): number;
  retryFailed(): number;
  add(ref: SweepRef): Promise<number>;
}

/** Handles the query and the updates of a sweep; an update with other arguments than it takes is refused. */
export function answerSweep(sweep: SweepControls): void {
  setHandler(sweepProgress, () => sweep.progress());
  setHandler(pauseSweep, () => sweep.setPaused(true));
  setHandler(resumeSweep, () => sweep.setPaused(false));
  setHandler(finishFollowing, () => sweep.finish());
  setHandler(setWindow, (window: number) => sweep.setWindow(window), { validator: refuseOtherWindow });
  setHandler(retryFailed, () => sweep.retryFailed());
  setHandler(addCheckpoints, (ref: SweepRef) => sweep.add(ref), {
    validator: (ref: SweepRef) => refuseOtherCheckpoints(ref, sweep.ref()),
  });
}

function refuseOtherWindow(window: number): void {
  if (Number.isSafeInteger(window) && window >= 1) return;
  throw ApplicationFailure.nonRetryable(`window: expected a whole number from 1, found ${window}`);
}

function refuseOtherCheckpoints(ref: SweepRef, held: SweepRef): void {
  refuseOtherInput(sweepRefSchema, ref, 'more checkpoints');
  if (ref.sweep !== held.sweep || ref.store !== held.store) {
    throw ApplicationFailure.nonRetryable('expected more checkpoints of this sweep in its store');
  }
  if (ref.checkpoints < held.checkpoints) {
    throw ApplicationFailure.nonRetryable(
      `expected at least ${held.checkpoints} checkpoints, found ${ref.checkpoints}`,
    );
  }
}
