import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memorySource, type ByteSource } from '../src/byte-source.js';
import { ReadAhead } from '../src/read-ahead.js';

const bytes = Uint8Array.from({ length: 1_500_000 }, (_, i) => (i * 31) >>> 3);

function counted(): { source: ByteSource; reads: () => number } {
  const whole = memorySource('whole', bytes);
  let reads = 0;
  const readInto: ByteSource['readInto'] = (target, position) => {
    reads++;
    return whole.readInto(target, position);
  };
  return { source: { ...whole, readInto }, reads: () => reads };
}

it('gives the bytes of the source, whatever was read before', async () => {
  const range = fc.tuple(fc.nat(bytes.length - 1), fc.nat(100_000));
  await fc.assert(
    fc.asyncProperty(fc.array(range, { maxLength: 30 }), async (ranges) => {
      const ahead = new ReadAhead(memorySource('whole', bytes));
      for (const [position, length] of ranges) {
        const target = new Uint8Array(Math.min(length, bytes.length - position));
        await ahead.readInto(target, position);
        expect(Buffer.compare(target, bytes.subarray(position, position + target.length))).toBe(0);
      }
    }),
    { numRuns: 50 },
  );
});

it('reads neighbours at once, also when four places take turns', async () => {
  const { source, reads } = counted();
  const ahead = new ReadAhead(source);
  for (let step = 0; step < 100; step++) {
    for (const start of [0, 300_000, 600_000, 900_000])
      await ahead.readInto(new Uint8Array(1000), start + step * 1000);
  }
  expect(reads()).toBe(4);
});

it('refuses what lies past the end', async () => {
  const ahead = new ReadAhead(memorySource('whole', bytes));
  await expect(ahead.readInto(new Uint8Array(10), bytes.length - 9)).rejects.toThrow('read past the end');
});
