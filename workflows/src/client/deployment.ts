import type { NativeConnection, WorkerDeploymentOptions } from '@temporalio/worker';
import { SEMANTICS_VERSION } from '@unitscope/plan';
import { PROGRAM_VERSION, writerId } from '@unitscope/tasks';
import { createHash } from 'node:crypto';
import { taskQueues } from '../messages/messages.js';

/** TASK_QUEUE_TYPE_WORKFLOW of temporal.api.enums.v1 */
const WORKFLOW_QUEUE = 1;
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;
const ASK_AGAIN_MS = 500;
const LONGEST_WAIT_MS = 30_000;

export interface Deployment {
  readonly name: string;
  readonly buildId: string;
}

/** The release, its semantics version, and a digest of what else its numbers rest on. */
export function defaultBuildId(): string {
  const digest = createHash('sha256').update(writerId()).digest('hex').slice(0, 8);
  return `${PROGRAM_VERSION}-s${SEMANTICS_VERSION}-${digest}`;
}

/** A sweep stays with the version that it began with: its numbers are of one program. */
export function deploymentOptions({ name, buildId }: Deployment): WorkerDeploymentOptions {
  return {
    version: { deploymentName: name, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  };
}

/**
 * The deployment version that new sweeps of a server go to; null where they go to workers without a version, as where
 * the server knows of none.
 */
export async function currentVersion(
  connection: NativeConnection,
  namespace: string,
): Promise<Deployment | null> {
  const { versioningInfo } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueues.sweep },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the package of the enum is no dependency
    taskQueueType: WORKFLOW_QUEUE,
  });
  const { deploymentName, buildId } = versioningInfo?.currentDeploymentVersion ?? {};
  return deploymentName && buildId ? { name: deploymentName, buildId } : null;
}

/**
 * Makes this version the current one of a deployment that has none, as its first workers do; answers whether it is the
 * current one then. The workers poll already: the server learns of a version by that.
 */
export async function becomeFirst(
  connection: NativeConnection,
  namespace: string,
  { name, buildId }: Deployment,
): Promise<boolean> {
  const { workflowService } = connection;
  const until = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      const { workerDeploymentInfo } = await workflowService.describeWorkerDeployment({
        namespace,
        deploymentName: name,
      });
      const current = workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId ?? '';
      if (current !== '') return current === buildId;
      await workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName: name,
        buildId,
        ignoreMissingTaskQueues: true,
      });
      return true;
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      // Not known yet, or another worker of it is just doing the same.
      const passes = code === NOT_FOUND || code === FAILED_PRECONDITION;
      if (!passes || performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }
}
