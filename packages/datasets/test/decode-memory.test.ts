import sharp from 'sharp';
import { expect, it } from 'vitest';
import { decodeImage } from '../src/decode/decode-image.ts';
import { BYTES_A_PIXEL, DecodeMemory } from '../src/decode/decode-memory.ts';

it('gives room in the order of asking, and never more than there is', async () => {
  const memory = new DecodeMemory(10);
  const order: string[] = [];
  const give = await memory.take(6);
  const second = memory.take(8).then((back) => {
    order.push('second');
    return back;
  });
  const third = memory.take(1).then((back) => {
    order.push('third');
    return back;
  });
  await Promise.resolve();
  expect(order).toEqual([]);
  give();
  (await second)();
  (await third)();
  expect(order).toEqual(['second', 'third']);
});

it('gives back the room of an image that cannot be decoded', async () => {
  const memory = new DecodeMemory(100 * 100 * BYTES_A_PIXEL);
  const whole = await sharp({ create: { width: 100, height: 100, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const cut = whole.subarray(0, whole.length - 40);
  for (let i = 0; i < 3; i++) {
    await expect(decodeImage(cut, 'png', { memory, name: 'cut' })).rejects.toThrow('cut: cannot be decoded');
  }
  expect((await decodeImage(whole, 'png', { memory })).width).toBe(100);
});

it('refuses an image that alone needs more than there is, and says how much', async () => {
  // A million pixels in a few KiB.
  const bomb = await sharp({ create: { width: 1000, height: 1000, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const memory = new DecodeMemory(5 * 2 ** 20);
  await expect(decodeImage(bomb, 'png', { memory, name: 'bomb' })).rejects.toThrow(
    /^bomb: cannot be decoded: it needs 12 MB to be decoded, and 5 MB may be taken/,
  );
});
