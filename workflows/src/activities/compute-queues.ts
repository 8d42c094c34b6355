import { checkpointTasks, type ManifestWork } from '@unitscope/plan';
import type { Batch } from '../messages/messages.js';
import { computeArguments } from './arguments.js';
import { aggregateTables, madeTables } from './checkpoint-tables.js';
import { translated } from './checked-activities.js';
import type { ComputeHost } from './compute-host.js';
import type { ComputeActivities } from './sweep-activities.js';
import { TaskBatch } from './task-batch.js';
import { withHeartbeats } from './with-heartbeats.js';

/** The activities that compute, in threads: heartbeats come from here. */
export function computeActivities(host: ComputeHost): ComputeActivities {
  const runTasks: ComputeActivities['measureTasks'] = async (ref, batch, attempts, taskTimeout) => {
    // A batch says more with heartbeats of its own.
    const sweep = await withHeartbeats(() => host.sweeps.get(ref));
    const result = await new TaskBatch(host, sweep, attempts, taskTimeout).run(batch);
    if (!isWhole(sweep.manifest, batch) || result.failed.length > 0) return result;
    return { ...result, tables: await withHeartbeats(() => madeTables(host, sweep, batch, taskTimeout)) };
  };
  return translated<ComputeActivities>(host, computeArguments, {
    extractTasks: runTasks,
    measureTasks: runTasks,
    aggregateTables: (ref, checkpoint, attempts, last = false, taskTimeout) =>
      withHeartbeats(async () =>
        aggregateTables(host, await host.sweeps.get(ref), { checkpoint, attempts, last, taskTimeout }),
      ),
  });
}

function isWhole(manifest: ManifestWork, { checkpoint, from, to, tasks }: Batch): boolean {
  return tasks === undefined && from === 0 && to === checkpointTasks(manifest, checkpoint).length;
}
