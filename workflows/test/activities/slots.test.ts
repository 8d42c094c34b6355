import { describe, expect, it } from 'vitest';
import { Slots } from '../../src/activities/slots.js';

const never = new AbortController().signal;
/** What is settled by now, after every promise that could go on has done so. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Slots', () => {
  it('lets so many in, and the next when one goes', async () => {
    const slots = new Slots(2, () => false);
    const [first] = await Promise.all([slots.take(never), slots.take(never)]);
    let third: (() => void) | undefined;
    const waits = slots.take(never).then((free) => (third = free));
    await turn();
    expect([slots.taken, third]).toEqual([2, undefined]);
    first();
    await waits;
    expect(slots.taken).toBe(2);
  });

  it('lets one in while memory is short, and no second', async () => {
    let short = true;
    const slots = new Slots(4, () => short);
    const free = await slots.take(never);
    let second = false;
    const waits = slots.take(never).then(() => (second = true));
    await turn();
    expect(second).toBe(false);
    short = false;
    free();
    await waits;
    expect(slots.taken).toBe(1);
  });

  it('gives up waiting when it is aborted, and passes the turn on', async () => {
    const slots = new Slots(1, () => false);
    const free = await slots.take(never);
    const stop = new AbortController();
    const aborted = slots.take(stop.signal);
    const next = slots.take(never);
    stop.abort(new Error('stopped'));
    await expect(aborted).rejects.toThrow('stopped');
    free();
    await next;
    expect(slots.taken).toBe(1);
  });
});
