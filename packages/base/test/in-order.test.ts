import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inOrder } from '../src/concurrency/in-order.js';

it('gives results in the order of the items, whichever is there first, and is at so many at once', async () => {
  let busy = 0;
  let most = 0;
  const results: number[] = [];
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++busy);
    await sleep((7 * item) % 5);
    busy--;
    return 10 * item;
  };
  for await (const [item, result] of inOrder([1, 2, 3, 4, 5, 6, 7, 8, 9], 3, work)) {
    expect(result).toBe(10 * item);
    results.push(item);
  }
  expect(results).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(4);
});

it('throws what the work threw when its turn comes, and leaves nothing at work', async () => {
  let busy = 0;
  const seen: number[] = [];
  const work = async (item: number): Promise<void> => {
    busy++;
    await sleep(item);
    busy--;
    if (item === 3) throw new Error('the third');
  };
  const walk = async (): Promise<void> => {
    for await (const [item] of inOrder([1, 2, 3, 4, 5, 6], 2, work)) seen.push(item);
  };
  await expect(walk()).rejects.toThrow('the third');
  expect(seen).toEqual([1, 2]);
  expect(busy).toBe(0);
});
