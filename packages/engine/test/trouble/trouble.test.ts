import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { toFailure } from '../../src/failure.js';
import { runIsolated } from '../../src/isolated-task.js';
import { ThreadPool } from '../../src/thread-pool.js';
import { deathOf, diedForMemory, oomKills } from '../../src/trouble/memory-trouble.js';
import { isRefusal, troubleOf } from '../../src/trouble/trouble.js';

const data = { manifest: '', store: '' };
const hungry = { kind: 'cells', checkpoint: 0, index: 0 } as const;
const entry = new URL('./hungry-thread.mjs', import.meta.url);
const pools: ThreadPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

describe('troubleOf', () => {
  it.each([
    ['MAP_NOT_FINITE', 'task'],
    ['TASK_FAILED', 'task'],
    ['PROCESS_DIED', 'task'],
    ['STORE_UNREACHABLE', 'store'],
    ['STORE_FULL', 'store'],
    ['STORE_ACCESS', 'worker'],
    ['STORE_CLOCK', 'worker'],
    ['ENOSPC', 'worker'],
    ['CACHE_FULL', 'worker'],
    ['OUT_OF_MEMORY', 'worker'],
    ['WORKER_DIFFERS', 'worker'],
  ])('takes %s for trouble of the %s', (code, trouble) => {
    expect(troubleOf(code)).toBe(trouble);
  });

  it('takes credentials, a full store and another version for refusals, a disk or a clock not', () => {
    const codes = ['STORE_ACCESS', 'STORE_FULL', 'WORKER_DIFFERS', 'ENOSPC', 'STORE_CLOCK', 'OUT_OF_MEMORY'];
    expect(codes.filter(isRefusal)).toEqual(['STORE_ACCESS', 'STORE_FULL', 'WORKER_DIFFERS']);
  });
});

describe('toFailure', () => {
  it('finds the disk behind an error without a code', () => {
    const cause = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
    expect(toFailure(new Error('the image could not be kept', { cause }))).toMatchObject({ code: 'ENOSPC' });
  });

  it.each([
    () => new ArrayBuffer(2 ** 52),
    () => {
      throw new Error('onnxruntime failed: std::bad_alloc');
    },
  ])('names memory and what to do where there is none, however it is said (%#)', (work) => {
    const failure = toFailure(thrownBy(work));
    expect(failure).toMatchObject({ code: 'OUT_OF_MEMORY', input: false });
    expect(failure.message).toMatch(/^out of memory: .*; give it more memory, fewer threads .* batchSize$/);
  });
});

describe('memory', () => {
  it('is named where a thread has used up its own', async () => {
    const pool = new ThreadPool({ entry, memoryMb: 16 });
    pools.push(pool);
    const reply = await pool.run(data, hungry);
    expect(reply).toMatchObject({ failure: { code: 'OUT_OF_MEMORY', input: false } });
    expect('failure' in reply && reply.failure.message).toMatch(/^out of memory: .*batchSize$/);
  });

  it('is named where a process of its own died for want of it', async () => {
    const reply = await runIsolated(data, hungry, { entry, memoryMb: 16 });
    expect(reply).toMatchObject({ failure: { code: 'PROCESS_DIED' } });
    expect('failure' in reply && reply.failure.message).toMatch(/want of memory; give it more memory/);
  });

  it('is what a process lacked that the kernel killed, and then it is the worker’s trouble', () => {
    const killed = { code: null, signal: 'SIGKILL' };
    const failure = deathOf(killed, 3, 4);
    expect(failure).toMatchObject({ code: 'OUT_OF_MEMORY', input: false });
    expect(failure.message).toMatch(/SIGKILL.*: the kernel ended it for want of memory; give it more memory/);
    expect(troubleOf(failure.code)).toBe('worker');
    // Nobody counts, or what the kernel killed was another process.
    for (const [before, after] of [
      [null, null],
      [3, 3],
    ] as const)
      expect(deathOf(killed, before, after)).toMatchObject({
        code: 'PROCESS_DIED',
        message: expect.stringContaining('most often for want of memory') as string,
      });
    expect(deathOf({ code: 7, signal: null }, 3, 4).message).not.toContain('memory');
  });

  it('is not blamed for every end of a process', () => {
    const { status, signal } = spawnSync(process.execPath, ['-e', 'process.exit(7)']);
    expect(diedForMemory(status, signal)).toBe(false);
    expect(diedForMemory(null, 'SIGKILL')).toBe(true);
  });

  it('has no count of kills where the kernel does not tell one', () => {
    expect(oomKills('/nowhere/memory.events')).toBe(null);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error, found none');
}
