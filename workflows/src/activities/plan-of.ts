import { cellCount, type Task, type ManifestWork } from '@unitscope/plan';
import type { CheckpointPlan } from '../messages/messages.js';
import { planNames } from './short-names.js';

/** More layers than this are not counted one by one: their counts would not fit a message. */
const COUNTED_LAYERS = 1000;

/** What a checkpoint's workflow is told of its tasks. */
export function planOf(manifest: ManifestWork, checkpoint: number, tasks: readonly Task[]): CheckpointPlan {
  return {
    kind: manifest.source.kind === 'models' ? 'extract' : 'measure',
    tasks: tasks.length,
    cells: cellCount(manifest, checkpoint),
    layerStarts: layerStarts(tasks),
    names: planNames(manifest.checkpoints[checkpoint]?.label ?? '', tasks),
  };
}

function layerStarts(tasks: readonly Task[]): CheckpointPlan['layerStarts'] {
  const starts: number[] = [];
  let layer: string | null | undefined;
  for (const { kind, index, cells } of tasks) {
    if (kind === 'extract') return [];
    if (index === 0 || cells[0]?.layer !== layer) starts.push(index);
    layer = cells[0]?.layer;
  }
  return starts.length > COUNTED_LAYERS ? [] : starts;
}
