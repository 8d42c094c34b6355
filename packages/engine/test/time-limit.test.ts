import { afterEach, expect, it } from 'vitest';
import { ThreadPool } from '../src/thread-pool.js';
import { withTimeLimit } from '../src/time-limit.js';
import type { ThreadReply } from '../src/thread-protocol.js';

const entry = new URL('./fixture-thread.mjs', import.meta.url);
const data = { manifest: '', store: '' };
const pools: ThreadPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function limited(index: number, limit: string, signal?: AbortSignal): Promise<ThreadReply> {
  const pool = new ThreadPool({ entry });
  pools.push(pool);
  return withTimeLimit(
    (ended) => pool.run(data, { kind: 'cells', checkpoint: 0, index }, ended),
    limit,
    signal,
  );
}

it('ends a task that takes longer, and says which limit it was and what raises it', async () => {
  // A task that goes round for ever and gives nobody else a turn.
  const reply = await limited(3.5, '200ms');
  expect(reply).toMatchObject({ failure: { code: 'TASK_TIMEOUT', input: true } });
  expect('failure' in reply && reply.failure.message).toMatch(
    /longer than 200ms .* raise engine\.taskTimeout/,
  );
});

it('leaves alone what ends in time, fails or is cancelled', async () => {
  expect(await limited(7, '1h')).toEqual({ outcome: { cached: 0, maps: 7 } });
  expect(await limited(1, '1h')).toMatchObject({ failure: { code: 'TASK_FAILED' } });
  expect(await limited(2, '1h', AbortSignal.abort())).toMatchObject({ failure: { code: 'TASK_CANCELLED' } });
});

it('refuses a limit that is no duration', async () => {
  await expect(limited(7, 'soon')).rejects.toThrow(
    'expected a duration such as 90s, 15m or 1h, found "soon"',
  );
});
