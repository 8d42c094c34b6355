import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { ComputeActivities, SweepActivities } from '../activities/sweep-activities.js';
import { taskQueues, type Pace } from '../messages/messages.js';

const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/**
 * After the death of its worker, which the missing heartbeats told already, an activity goes to another one soon. An
 * activity that the store ended says itself when to come again (storeFailure). Retries are without end: a bad task is
 * set aside by the activity itself.
 */
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '4s' } as const;

/** Read and write a few objects. */
export function sweepActivities(pace: Pace, summary?: string): SweepActivities {
  return proxyActivities<SweepActivities>({
    taskQueue: taskQueues.sweep,
    startToCloseTimeout: '1 hour',
    heartbeatTimeout: pace.heartbeatSeconds * 1000,
    retry,
    ...(summary !== undefined && { summary }),
  });
}

/** Options of an activity that computes. How long a task takes nobody knows. */
function computing(pace: Pace, taskQueue: string, summary: string): ActivityOptions {
  return {
    taskQueue,
    startToCloseTimeout: '30 days',
    heartbeatTimeout: pace.heartbeatSeconds * 1000,
    cancellationType,
    retry,
    summary,
  };
}

/** `summary`: what a person reads beside the activity on Temporal's page. */
export function computeActivities(pace: Pace, summary: string): ComputeActivities {
  const { extractTasks } = proxyActivities<ComputeActivities>(computing(pace, taskQueues.extract, summary));
  const { measureTasks, aggregateTables } = proxyActivities<ComputeActivities>(
    computing(pace, taskQueues.measure, summary),
  );
  return { extractTasks, measureTasks, aggregateTables };
}
