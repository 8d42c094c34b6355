import { fork } from 'node:child_process';
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
  const child = fork(entry ?? new URL('./thread.js', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`],
  });
  const killedBefore = oomKills();
  const kill = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await new Promise<ThreadReply>((resolve) => {
      child.on('message', (message: ThreadReply | 'ready') => {
        if (message === 'ready') child.send({ task, work: 0, data } satisfies ThreadRequest);
        else resolve(message);
      });
      child.on('error', ({ message }) =>
        resolve({ failure: { code: 'PROCESS_DIED', message, input: false } }),
      );
      child.on('exit', (code, ending) => {
        resolve({
          failure:
            signal?.aborted === true
              ? { code: 'TASK_CANCELLED', message: 'the task was cancelled', input: false }
              : deathOf({ code, signal: ending }, killedBefore, oomKills()),
        });
      });
      if (signal?.aborted === true) kill();
    });
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}
