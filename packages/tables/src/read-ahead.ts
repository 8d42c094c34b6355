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
 * reads go to the source as they are, into their target.
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
      if (target.byteLength > DIRECT || end > this.size) return this.source.readInto(target, position);
      const bytes = new Uint8Array(Math.min(WINDOW, this.size - position));
      await this.source.readInto(bytes, position);
      window = { position, bytes };
    }
    const others = this.windows.filter((other) => other !== window);
    this.windows = [window, ...others.slice(0, WINDOWS - 1)];
    target.set(window.bytes.subarray(position - window.position, end - window.position));
  }
}
