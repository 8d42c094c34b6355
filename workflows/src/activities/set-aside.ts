import { failedTasks, lostMessage, OBJECT_LOST, REMAKES, type TaskFailureCause } from '@unitscope/tasks';
import type { ObjectStore } from '@unitscope/store';

/** Indices of a checkpoint's tasks that are set aside. */
export async function setAsideOf(sweep: string, store: ObjectStore, checkpoint: number): Promise<number[]> {
  const failed = await failedTasks(sweep, store, checkpoint);
  return failed.filter(({ kind }) => kind === 'cells').map(({ index }) => index);
}

/** Why a task is given up whose objects go away each time that they are made. */
export function lostFailure(what: string): TaskFailureCause {
  const attempts = 1 + REMAKES;
  return { attempts, code: OBJECT_LOST, message: lostMessage(what, attempts) };
}
