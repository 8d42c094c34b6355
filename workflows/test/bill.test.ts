import { describe, expect, it } from 'vitest';
import { temporalBill } from '../src/client/bill.js';

describe('temporalBill', () => {
  it('is below 45 USD for the example of docs/distributed.md: VGG-16 over ImageNet, 100 checkpoints', () => {
    const bill = temporalBill({ checkpoints: 100, tasks: 100_000, seconds: 1.64e6 });
    expect(bill).toMatchObject({ workflows: 101, activities: 97_805, heartbeats: 425_600 });
    expect(bill.usd).toBeCloseTo(26.18, 1);
  });

  it('counts a batch once however many small tasks it has', () => {
    const small = temporalBill({ checkpoints: 1, tasks: 16_000, seconds: 16 });
    expect(small.activities).toBeLessThan(150);
    expect(temporalBill({ checkpoints: 0, tasks: 0, seconds: 0 }).actions).toBe(4);
  });

  it('asks small checkpoints for no plan, and makes the tables of those of one batch with it', () => {
    expect(temporalBill({ checkpoints: 2000, tasks: 4000, seconds: 20 }).activities).toBe(3 + 40 + 6000);
    expect(temporalBill({ checkpoints: 2000, tasks: 2000, seconds: 20 }).activities).toBe(3 + 40 + 2000);
  });
});
