import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { computeActivities } from '../activities/compute-queues.js';
import { sweepActivities } from '../activities/sweep-queue.js';
import { ComputeHost } from '../activities/compute-host.js';
import { deploymentOptions, type Deployment } from '../client/deployment.js';
import { taskQueues } from '../messages/messages.js';
import { activityTuner } from './trouble/activity-slots.js';
import type { WorkerTracing } from './tracing/worker-tracing.js';

/** Which tasks a worker takes; `all` is both and the workflows. Every role runs workflows. */
export type WorkerRole = 'all' | 'extract' | 'measure';

interface TemporalWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly host: ComputeHost;
  /** File of the bundled workflow code. */
  readonly workflowCode: string;
  readonly threads: number;
  readonly role: WorkerRole | undefined;
  readonly graceSeconds: number | undefined;
  readonly deployment: Deployment | null;
  readonly tracing: WorkerTracing | null;
}

/** One worker a task queue: that of sweeps, and those that its role computes. */
export function createWorkers({
  connection,
  namespace,
  host,
  workflowCode,
  threads,
  role = 'all',
  graceSeconds = 30,
  deployment,
  tracing,
}: TemporalWorkerOptions): Promise<Worker[]> {
  const common = {
    connection,
    namespace,
    identity: host.identity,
    ...(tracing !== null && { sinks: tracing.sinks, interceptors: tracing.interceptors }),
    ...(deployment !== null && { workerDeploymentOptions: deploymentOptions(deployment) }),
    shutdownGraceTime: graceSeconds * 1000,
    shutdownForceTime: (graceSeconds + 10) * 1000,
    // How long the next step of a sweep waits for the worker that did the last one, which may have died.
    stickyQueueScheduleToStartTimeout: '2s',
    // Cancellations come with the answers to heartbeats: this is how fast they are seen.
    // Each is an action that Temporal Cloud counts.
    maxHeartbeatThrottleInterval: '5s',
    defaultHeartbeatThrottleInterval: '5s',
  } satisfies Partial<WorkerOptions>;
  const computing = (taskQueue: string): Promise<Worker> =>
    Worker.create({
      ...common,
      taskQueue,
      activities: computeActivities(host),
      tuner: activityTuner(threads, host.health),
    });
  const workers = [
    Worker.create({
      ...common,
      taskQueue: taskQueues.sweep,
      workflowBundle: { codePath: workflowCode },
      activities: sweepActivities(host),
      tuner: activityTuner(4, host.health),
    }),
  ];
  if (role !== 'measure') workers.push(computing(taskQueues.extract));
  if (role !== 'extract') workers.push(computing(taskQueues.measure));
  return Promise.all(workers);
}
