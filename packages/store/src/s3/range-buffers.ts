/** What is asked for at once of an object that is read in order. */
export const RANGE_BYTES = 16 << 20;
/** Ranges of one object that travel or wait to be taken: one connection to Amazon's S3 gives some 90 MB/s. */
export const RANGES = 3;

/**
 * Memory for ranges that arrive, used again and again: bytes that are copied out of what the network gives die young,
 * and V8 need not mark its heap to find them. Keeps as much as one reader needs.
 */
export class RangeBuffers {
  readonly #free: Uint8Array[] = [];

  take(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(RANGE_BYTES);
  }

  giveBack(buffer: Uint8Array): void {
    if (this.#free.length < RANGES) this.#free.push(buffer);
  }
}
