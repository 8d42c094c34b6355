import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLz4Frame } from '../src/ipc/lz4-encoder.js';
import { decodeLz4Frame } from '../src/ipc/lz4-frame.js';

function roundTrip(bytes: Uint8Array): Uint8Array {
  const target = new Uint8Array(bytes.length);
  decodeLz4Frame(encodeLz4Frame(bytes), target);
  return target;
}

const noise = (length: number, levels: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => Math.floor(Math.abs(Math.sin(i * 12.9898) * 43_758.5453)) % levels);

describe('an LZ4 frame of ours', () => {
  it('gives back any bytes', () => {
    const runs = fc
      .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 9 }), fc.nat({ max: 400 })))
      .map((parts) =>
        Uint8Array.from(
          parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => [...bytes]).flat()),
        ),
      );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), runs), (bytes) => {
        expect(roundTrip(bytes)).toEqual(bytes);
      }),
    );
  });

  it('goes on after a block of 4 MiB, and further back than 64 KiB it does not look', () => {
    const bytes = new Uint8Array(9 * 2 ** 20);
    bytes.set(noise(100_000, 256), 4 * 2 ** 20 - 50_000);
    bytes.set(noise(100_000, 256), 6 * 2 ** 20);
    expect(Buffer.compare(roundTrip(bytes), bytes)).toBe(0);
  });

  it('makes zeros small, and stores what does not compress', () => {
    expect(encodeLz4Frame(new Uint8Array(2 ** 20)).length).toBeLessThan(5000);
    const bytes = noise(2 ** 20, 256);
    expect(encodeLz4Frame(bytes).length).toBeLessThanOrEqual(bytes.length + 15);
  });
});
