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
    others: async () => (await pollers())?.filter((other) => other !== identity) ?? null,
  };
}

/** Who has taken from this activity's task queue in the last minutes; null where the server does not say. */
async function pollers(): Promise<string[] | null> {
  const { client, info } = Context.current();
  try {
    const { pollers: found } = await client.workflowService.describeTaskQueue({
      namespace: info.namespace,
      taskQueue: { name: info.taskQueue },
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the package of the enum is no dependency
      taskQueueType: ACTIVITY_QUEUE,
    });
    return found.map(({ identity }) => identity ?? '');
  } catch {
    return null;
  }
}
