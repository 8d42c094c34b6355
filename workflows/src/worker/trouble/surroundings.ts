import { hostname } from 'node:os';
import { Context } from '@temporalio/activity';
import type { Surroundings } from './give-back.js';

/** TASK_QUEUE_TYPE_ACTIVITY of temporal.api.enums.v1 */
const ACTIVITY_QUEUE = 2;

/** What an activity knows of the server's clock and of other workers. */
export function surroundings({
  identity,
  patienceSeconds,
}: {
  readonly identity: string;
  readonly patienceSeconds: number;
}): Surroundings {
  const { info } = Context.current();
  return {
    now: info.currentAttemptScheduledTimestampMs,
    patienceSeconds,
    others: async () => (await pollers(info.taskQueue))?.filter((other) => other !== identity) ?? null,
  };
}

/** What Temporal knows a worker by: also how many tasks it does at once. */
export function workerIdentity(threads: number): string {
  return `${process.pid}@${hostname()} x${threads}`;
}

/** Tasks that all workers of a queue do at once; null where the server does not say. */
export async function slotsOf(taskQueue: string): Promise<number | null> {
  const identities = await pollers(taskQueue);
  return identities?.reduce((sum, identity) => sum + Number(/ x(\d+)$/.exec(identity)?.[1] ?? 1), 0) ?? null;
}

/** Who has asked a task queue for work in the last minutes; null where the server does not say. */
async function pollers(taskQueue: string): Promise<string[] | null> {
  const { client, info } = Context.current();
  try {
    const { pollers: found } = await client.workflowService.describeTaskQueue({
      namespace: info.namespace,
      taskQueue: { name: taskQueue },
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the package of the enum is no dependency
      taskQueueType: ACTIVITY_QUEUE,
    });
    return found.map(({ identity }) => identity ?? '');
  } catch {
    return null;
  }
}
