import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CheckpointProgress, SweepProgressReport, SweepRef } from '../messages/messages.js';

export const sweepProgress = defineQuery<SweepProgressReport>('progress');
export const pauseSweep = defineUpdate('pause');
export const resumeSweep = defineUpdate('resume');
/** Does tasks that are set aside again; answers of how many checkpoints. */
export const retryFailed = defineUpdate<number>('retryFailed');
export const setWindow = defineUpdate<number, [window: number]>('setWindow');
/** The manifest has grown: its first checkpoints are the ones that were there. Answers how many are new. */
export const addCheckpoints = defineUpdate<number, [ref: SweepRef]>('addCheckpoints');
/** No more checkpoints will join: a sweep that follows ends when it has done what there is. */
export const finishFollowing = defineUpdate('finish');

export const checkpointProgress = defineQuery<CheckpointProgress>('progress');
export const pauseCheckpoint = defineSignal('pause');
export const resumeCheckpoint = defineSignal('resume');
