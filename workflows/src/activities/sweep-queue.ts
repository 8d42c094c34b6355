import { cellCount, checkpointTasks } from '@unitscope/plan';
import {
  completenessOf,
  failedTasks,
  recordedFailures,
  removeSummaries,
  takeStock,
  writeCheckpoints,
} from '@unitscope/tasks';
import { taskQueues } from '../messages/messages.js';
import { refuseBeyond, sweepArguments } from './arguments.js';
import { slotsOf } from '../worker/trouble/surroundings.js';
import { supervised } from './checked-activities.js';
import { closeSweep } from './close-sweep.js';
import { setAsideOf } from './set-aside.js';
import type { ComputeHost } from './compute-host.js';
import type { SweepActivities } from './sweep-activities.js';
import { planOf } from './plan-of.js';
import { mostTasks, sharedPlan } from './shared-plan.js';
import { checkpointNames } from './short-names.js';

/** The activities of the sweep's own queue: a few objects read and written. */
export function sweepActivities(host: ComputeHost): SweepActivities {
  return supervised<SweepActivities>(host, sweepArguments, {
    async openSweep(ref, from = 0) {
      const { manifest, store } = await host.sweeps.get(ref);
      await removeSummaries(ref.sweep, store);
      await writeCheckpoints(manifest, store);
      const plan = sharedPlan(manifest);
      return {
        cells: manifest.checkpoints.reduce((sum, _, i) => sum + cellCount(manifest, i), 0),
        names: checkpointNames(manifest.checkpoints, from),
        tasks: mostTasks(manifest),
        ...(plan !== undefined && { plan }),
      };
    },
    async planCheckpoint(ref, checkpoint) {
      const { manifest } = await host.sweeps.get(ref);
      refuseBeyond(manifest.checkpoints, checkpoint);
      return planOf(manifest, checkpoint, checkpointTasks(manifest, checkpoint));
    },
    async countSlots() {
      const { extract, measure } = taskQueues;
      const counts = await Promise.all([extract, measure].map(slotsOf));
      return Math.max(...counts.map((count) => count ?? 0));
    },
    async failedCheckpoints(ref) {
      const { manifest, store } = await host.sweeps.get(ref);
      const failed = await failedTasks(ref.sweep, store);
      const { incomplete } = await completenessOf(manifest, store, await recordedFailures(ref.sweep, store));
      return [...new Set([...failed.map(({ checkpoint }) => checkpoint), ...incomplete])]
        .filter((i) => i < ref.checkpoints)
        .sort((a, b) => a - b);
    },
    async failedTasksOf(ref, checkpoint, from, limit) {
      const { manifest, store } = await host.sweeps.get(ref);
      const count = checkpointTasks(manifest, checkpoint).length;
      const failed = await setAsideOf(ref.sweep, store, checkpoint);
      return failed.filter((index) => index >= from && index < count).slice(0, limit);
    },
    async missingTasksOf(ref, checkpoint, from, limit) {
      const { manifest, store } = await host.sweeps.get(ref);
      const failed = new Set(await setAsideOf(ref.sweep, store, checkpoint));
      const { lacking } = await takeStock(manifest, store, checkpoint);
      return lacking.filter((index) => index >= from && !failed.has(index)).slice(0, limit);
    },
    async closeSweep(ref, last = false) {
      return closeSweep(await host.sweeps.get(ref), last);
    },
  });
}
