import { describe, expect, it } from 'vitest';
import { givenBack, noRefusals, refusedOnceMore, troubleIn } from '../../src/worker/trouble/give-back.js';

const access = { code: 'STORE_ACCESS', message: 'denied', input: true };
const minute = 60_000;

/** As two workers, or one, said it over so many minutes. */
function said(by: readonly string[], minutes: number) {
  const times = by.map((_, i) => 1000 + (i * minutes * minute) / Math.max(1, by.length - 1));
  return by.reduce((refusals, worker, i) => refusedOnceMore(refusals, worker, times[i] ?? 0), noRefusals);
}

function around(minutes: number, others: readonly string[] | null) {
  return { now: 1000 + minutes * minute, patienceSeconds: 120, others: () => Promise.resolve(others) };
}

describe('givenBack', () => {
  it.each([
    ['one of two workers says so', ['a', 'a', 'a'], ['b'], false],
    ['two workers say so', ['a', 'b'], ['b', 'c'], true],
    ['there is no other', ['a', 'a'], [], true],
    ['the server does not say who is there', ['a', 'a'], null, false],
  ])('ends the sweep by a refusal that lasts, or not: %s', async (_, by, others, ends) => {
    const failure = await givenBack(access, said(by, 3), around(3, others));
    expect(failure).toMatchObject({ type: 'STORE_ACCESS', message: 'denied', nonRetryable: ends });
  });

  it('takes a refusal for a passing one at first', async () => {
    const failure = await givenBack(access, said(['a', 'b'], 1), around(1, []));
    expect(failure.nonRetryable).toBe(false);
  });

  it('ends no sweep for another version while somebody is there who did not say so', async () => {
    const differs = { code: 'WORKER_DIFFERS', message: 'kernel', input: false };
    expect((await givenBack(differs, said(['a', 'b'], 3), around(3, ['b', 'c']))).nonRetryable).toBe(false);
    expect((await givenBack(differs, said(['a', 'b'], 3), around(3, ['b']))).nonRetryable).toBe(true);
  });

  it('never ends a sweep for a disk, a clock or a store that does not answer', async () => {
    for (const code of ['CACHE_FULL', 'ENOSPC', 'STORE_CLOCK', 'STORE_UNREACHABLE']) {
      const failure = await givenBack({ ...access, code }, said(['a', 'b'], 9), around(9, []));
      expect(failure.nonRetryable).toBe(false);
    }
  });

  it('gives a worker’s trouble back at once, and waits longer and longer for a store', async () => {
    const first = await givenBack({ ...access, code: 'ENOSPC' }, said(['a'], 0), around(0, []));
    expect(first.nextRetryDelay).toBe('0.1s');
    const away = { ...access, code: 'STORE_UNREACHABLE' };
    for (const [times, delay] of [
      [1, '1s'],
      [3, '4s'],
      [9, '20s'],
    ] as const) {
      const refusals = said(new Array<string>(times).fill('a'), 1);
      expect(await givenBack(away, refusals, around(1, []))).toMatchObject({ nextRetryDelay: delay });
    }
  });
});

describe('troubleIn', () => {
  it('tells trouble of the worker from a task’s own', () => {
    expect(troubleIn(Object.assign(new Error('full'), { code: 'ENOSPC' }))).toMatchObject({ code: 'ENOSPC' });
    expect(troubleIn(new Error('a bug'))).toBe(null);
  });
});
