import { afterEach, describe, expect, it } from 'vitest';
import { ThreadPool } from '../src/thread-pool.js';
import type { ThreadReply } from '../src/thread-protocol.js';

const entry = new URL('./fixture-thread.mjs', import.meta.url);
const data = { manifest: '', store: '' };
const pools: ThreadPool[] = [];

function openPool(): ThreadPool {
  const pool = new ThreadPool({ entry });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function run(pool: ThreadPool, index: number, signal?: AbortSignal): Promise<ThreadReply> {
  return pool.run(data, { kind: 'cells', checkpoint: 0, index }, signal);
}

describe('ThreadPool', () => {
  it('runs tasks one after another and side by side', async () => {
    const pool = openPool();
    expect(await run(pool, 7)).toEqual({ outcome: { cached: 0, maps: 7 } });
    expect(await Promise.all([run(pool, 8), run(pool, 9)])).toEqual([
      { outcome: { cached: 0, maps: 8 } },
      { outcome: { cached: 0, maps: 9 } },
    ]);
  });

  it('answers the task of a thread that dies, and goes on with another thread', async () => {
    const pool = openPool();
    const reply = await run(pool, 0);
    expect(reply).toMatchObject({ failure: { code: 'THREAD_DIED', input: false } });
    expect('failure' in reply && reply.failure.message).toMatch(
      /^the worker thread ended with code 3 in the middle of the task, .*memory/,
    );
    expect(await run(pool, 7)).toEqual({ outcome: { cached: 0, maps: 7 } });
  });

  it('answers the task of a thread that throws with what it threw', async () => {
    const pool = openPool();
    expect(await run(pool, 1)).toEqual({
      failure: { code: 'TASK_FAILED', message: 'thrown in the thread', input: false },
    });
    expect(await run(pool, 7)).toEqual({ outcome: { cached: 0, maps: 7 } });
  });

  it('ends a task that is cancelled before or while it runs', async () => {
    const pool = openPool();
    const cancelled = {
      failure: { code: 'TASK_CANCELLED', message: 'the task was cancelled', input: false },
    };
    expect(await run(pool, 2, AbortSignal.abort())).toEqual(cancelled);
    const stop = new AbortController();
    const running = run(pool, 2, stop.signal);
    stop.abort();
    expect(await running).toEqual(cancelled);
    expect(await run(pool, 7)).toEqual({ outcome: { cached: 0, maps: 7 } });
  });
});
