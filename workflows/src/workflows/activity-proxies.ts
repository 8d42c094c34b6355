import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { ComputeActivities, SweepActivities } from '../activities/sweep-activities.js';
import { taskQueues, type Pace } from '../messages.js';

const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** Reads and writes a few objects. */
export const sweepActivities = proxyActivities<SweepActivities>({
  taskQueue: taskQueues.sweep,
  startToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1s', maximumInterval: '20s' },
});

/**
 * Options of an activity that computes. How long a task takes nobody knows; a worker that died is told by its missing
 * heartbeat. Retries are without end: an activity sets a bad task aside itself, and fails only where its worker died or
 * the store cannot be reached.
 */
function computing(pace: Pace, taskQueue: string): ActivityOptions {
  return {
    taskQueue,
    startToCloseTimeout: '30 days',
    heartbeatTimeout: pace.heartbeatSeconds * 1000,
    cancellationType,
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '20s' },
  };
}

export function computeActivities(pace: Pace): ComputeActivities {
  const { extractTasks } = proxyActivities<ComputeActivities>(computing(pace, taskQueues.extract));
  const { measureTasks, aggregateTables } = proxyActivities<ComputeActivities>(
    computing(pace, taskQueues.measure),
  );
  return { extractTasks, measureTasks, aggregateTables };
}
