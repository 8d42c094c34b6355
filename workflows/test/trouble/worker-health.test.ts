import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { activityTuner } from '../../src/worker/trouble/activity-slots.js';
import { WorkerHealth, type Ailment } from '../../src/worker/trouble/worker-health.js';

const full = { code: 'CACHE_FULL', message: 'no room', input: false };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function failing(health: WorkerHealth, times: number, failure = full): void {
  for (let i = 0; i < times; i++) health.failed(failure);
}

describe('WorkerHealth', () => {
  it('falls ill after three troubles in a row, and says so once', () => {
    const told: (Ailment | null)[] = [];
    const health = new WorkerHealth((ailment) => told.push(ailment));
    failing(health, 2);
    expect(health.ailment).toBe(null);
    failing(health, 4);
    expect(health.ailment).toMatchObject({ code: 'CACHE_FULL', message: 'no room' });
    expect(health.rests).toBe(true);
    expect(told).toHaveLength(1);
  });

  it('is not made ill by what is wrong with tasks, nor by troubles with good tasks between', () => {
    const health = new WorkerHealth();
    failing(health, 9, { code: 'MAP_NOT_FINITE', message: 'NaN', input: true });
    failing(health, 2);
    health.succeeded('task');
    failing(health, 2);
    expect(health.ailment).toBe(null);
  });

  it('tries again after a rest, rests longer where that fails, and is well once it succeeds', () => {
    const health = new WorkerHealth();
    failing(health, 3);
    vi.advanceTimersByTime(5000);
    expect(health.rests).toBe(false);
    failing(health, 1);
    vi.advanceTimersByTime(5000);
    expect(health.rests).toBe(true);
    vi.advanceTimersByTime(5000);
    expect(health.rests).toBe(false);
    health.succeeded('task');
    expect(health.ailment).toBe(null);
  });

  it('is not healed of a full disk by the store that answers', () => {
    const health = new WorkerHealth();
    failing(health, 3);
    health.succeeded('store');
    expect(health.ailment).not.toBe(null);
    const other = new WorkerHealth();
    failing(other, 3, { code: 'STORE_ACCESS', message: 'denied', input: true });
    other.succeeded('store');
    expect(other.ailment).toBe(null);
  });

  it('tells of each sweep that it refuses once', () => {
    const told: string[] = [];
    const health = new WorkerHealth(undefined, (reason) => told.push(reason));
    failing(health, 5, { code: 'WORKER_DIFFERS', message: 'sweep a', input: false });
    failing(health, 1, { code: 'WORKER_DIFFERS', message: 'sweep b', input: false });
    expect(told).toEqual(['sweep a', 'sweep b']);
    expect(health.refused).toEqual(told);
    expect(health.ailment).toBe(null); // it may fit others
  });
});

describe('activityTuner', () => {
  function slotsOf(health: WorkerHealth) {
    const { activityTaskSlotSupplier } = activityTuner(2, health) as Extract<
      ReturnType<typeof activityTuner>,
      { activityTaskSlotSupplier: unknown }
    >;
    if (activityTaskSlotSupplier.type !== 'custom') throw new Error('expected slots of its own');
    return activityTaskSlotSupplier;
  }
  const signal = new AbortController().signal;
  const reserve = (slots: ReturnType<typeof slotsOf>) => slots.reserveSlot({} as never, signal);

  it('gives as many slots as there are, and the next when one is given back', async () => {
    const slots = slotsOf(new WorkerHealth());
    await reserve(slots);
    await reserve(slots);
    let third = false;
    const waiting = reserve(slots).then(() => (third = true));
    await vi.advanceTimersByTimeAsync(1);
    expect(third).toBe(false);
    slots.releaseSlot({} as never);
    await waiting;
    expect(third).toBe(true);
  });

  it('gives none while the worker rests, then one, and all once it is well', async () => {
    const health = new WorkerHealth();
    const slots = slotsOf(health);
    failing(health, 3);
    const given: number[] = [];
    const reserved = [1, 2].map((n) => reserve(slots).then(() => given.push(n)));
    await vi.advanceTimersByTimeAsync(4999);
    expect(given).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(given).toEqual([1]);
    health.succeeded('task');
    await Promise.all(reserved);
    expect(given).toEqual([1, 2]);
  });

  it('stops to wait for one when it is told to', async () => {
    const health = new WorkerHealth();
    failing(health, 3);
    const stop = new AbortController();
    const waiting = slotsOf(health).reserveSlot({} as never, stop.signal);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
