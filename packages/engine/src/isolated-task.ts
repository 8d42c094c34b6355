import { AskedProcess } from '@unitscope/process';
import type { TaskRef } from '@unitscope/tasks';
import type { ThreadOptions } from './thread-pool.js';
import type { ThreadData, ThreadReply, ThreadRequest } from './thread-protocol.js';
import { deathOf, oomKills } from './trouble/memory-trouble.js';

/**
 * Does one task in a process of its own: where the task kills what runs it (a crash in a library, out of memory), the
 * caller lives on and gets the failure PROCESS_DIED; OUT_OF_MEMORY where
 * the kernel says that it ended it for want of memory. When `signal` aborts, the process is killed: TASK_CANCELLED.
 */
export async function runIsolated(
  data: ThreadData,
  task: TaskRef,
  { entry, memoryMb }: ThreadOptions,
  signal?: AbortSignal,
): Promise<ThreadReply> {
  const process = new AskedProcess<ThreadRequest, ThreadReply>({
    entry: entry ?? new URL('./thread.js', import.meta.url),
    execArgv: memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`],
  });
  const killedBefore = oomKills();
  const answer = await process.ask({ task, work: 0, data }, { signal });
  process.end();
  if ('reply' in answer) return answer.reply;
  const { ended } = answer;
  if (ended.by === 'signal')
    return { failure: { code: 'TASK_CANCELLED', message: 'the task was cancelled', input: false } };
  if (ended.by === 'start')
    return { failure: { code: 'PROCESS_DIED', message: ended.reason ?? '', input: false } };
  return { failure: deathOf(ended, killedBefore, oomKills()) };
}
