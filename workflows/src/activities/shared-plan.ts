import { cellCount, checkpointTasks, type ManifestWork } from '@unitscope/plan';
import type { CheckpointPlan } from '../messages/messages.js';
import { planOf } from './plan-of.js';

/** A plan of more tasks is asked for by each checkpoint: it is a long message, and one question more does not show. */
const MOST_TASKS = 8;
/** More checkpoints than this are not compared where each has its own cells. */
const MOST_COMPARED = 10_000;

/** Tasks of the checkpoint that has most. */
export function mostTasks(manifest: ManifestWork): number {
  const { source, checkpoints } = manifest;
  if (source.kind === 'models') return source.categories.length;
  return checkpoints.reduce((most, _, i) => Math.max(most, cellCount(manifest, i)), 0);
}

/** The plan of every checkpoint, but for its name, where they are all the same and small; else undefined. */
export function sharedPlan(manifest: ManifestWork): CheckpointPlan | undefined {
  const { source, checkpoints } = manifest;
  if (checkpoints.length === 0 || mostTasks(manifest) > MOST_TASKS) return undefined;
  const first = planOf(manifest, 0, checkpointTasks(manifest, 0));
  if (source.kind === 'models') return source.layerSets.length === 1 ? first : undefined;
  if (checkpoints.length > MOST_COMPARED) return undefined;
  const same = checkpoints.every(
    (_, i) => withoutName(planOf(manifest, i, checkpointTasks(manifest, i))) === withoutName(first),
  );
  return same ? first : undefined;
}

function withoutName({ names, ...plan }: CheckpointPlan): string {
  return JSON.stringify([plan, names?.layers, names?.categories]);
}
