import type { ByteSource } from './byte-source.js';

const WINDOW = 256 * 2 ** 10;
const DIRECT = 64 * 2 ** 10;
/** Metadata, units, offsets and labels lie apart in a large batch. */
const WINDOWS = 4;

interface Window {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/**
 * Serves small reads from windows of the source, so that a file of many small batches costs few reads. Large
 * reads take what a window holds of their beginning, and the rest from the source into their target: a file that is
 * walked from front to back is read so, no byte twice.
 */
export class ReadAhead implements ByteSource {
  /** The most recently used first. */
  private windows: readonly Window[] = [];

  constructor(private readonly source: ByteSource) {}

  get name(): string {
    return this.source.name;
  }

  get size(): number {
    return this.source.size;
  }

  async readInto(target: Uint8Array, position: number): Promise<void> {
    const end = position + target.byteLength;
    const holds = (window: Window): boolean =>
      position >= window.position && end <= window.position + window.bytes.byteLength;
    let window = this.windows.find(holds);
    if (window === undefined) {
      if (end > this.size) return this.source.readInto(target, position);
      if (target.byteLength > DIRECT) return this.readLarge(target, position);
      const bytes = this.place(Math.min(WINDOW, this.size - position));
      await this.source.readInto(bytes, position);
      window = { position, bytes };
    }
    const others = this.windows.filter((other) => other !== window);
    this.windows = [window, ...others.slice(0, WINDOWS - 1)];
    target.set(window.bytes.subarray(position - window.position, end - window.position));
  }

  private async readLarge(target: Uint8Array, position: number): Promise<void> {
    const window = this.windows.find(
      (one) => position >= one.position && position < one.position + one.bytes.byteLength,
    );
    const start = window?.bytes.subarray(position - window.position) ?? new Uint8Array(0);
    target.set(start);
    await this.source.readInto(target.subarray(start.byteLength), position + start.byteLength);
  }

  /** Memory for a window: that of the one that has to go. */
  private place(length: number): Uint8Array {
    if (this.windows.length < WINDOWS) return new Uint8Array(length);
    const { buffer } = this.windows.at(-1)?.bytes ?? new Uint8Array(WINDOW);
    this.windows = this.windows.slice(0, -1);
    return buffer.byteLength < length ? new Uint8Array(length) : new Uint8Array(buffer, 0, length);
  }
}
