import { RANGE_BYTES, RANGES } from './range-buffers.js';
import { receiveRange, type ObjectRange } from './read-body.js';
import type { S3Connection } from './s3-connection.js';

/** Bytes of one object from a position to its end, taken in order while those after them travel. */
export class SequentialRead {
  /** Of the byte that is taken next. */
  position: number;
  readonly #connection: S3Connection;
  readonly #object: Omit<ObjectRange, 'position'>;
  readonly #end: number;
  readonly #ranges: ArrivingRange[] = [];
  #asked: number;
  #busy = false;

  constructor(connection: S3Connection, { position, ...object }: ObjectRange, end: number) {
    this.#connection = connection;
    this.#object = object;
    this.#end = end;
    this.position = this.#asked = position;
    this.#ask();
  }

  /** Whether a read that starts here can be taken from what travels. */
  isAt(position: number): boolean {
    return !this.#busy && position === this.position;
  }

  /** Fills `target` with the next bytes. */
  async take(target: Uint8Array): Promise<void> {
    this.#busy = true;
    try {
      for (let filled = 0; filled < target.byteLength;) {
        this.#ask();
        const [range] = this.#ranges;
        if (range === undefined) throw new RangeError(`${this.#object.key}: read past its end`);
        const bytes = await range.next(target.byteLength - filled);
        target.set(bytes, filled);
        filled += bytes.byteLength;
        this.position += bytes.byteLength;
        if (range.isTaken) {
          this.#ranges.shift();
          range.release();
        }
      }
    } finally {
      this.#busy = false;
    }
    this.#ask();
  }

  close(): void {
    for (const range of this.#ranges.splice(0)) range.abort();
  }

  #ask(): void {
    while (this.#ranges.length < RANGES && this.#asked < this.#end) {
      const length = Math.min(RANGE_BYTES, this.#end - this.#asked);
      const range = { ...this.#object, position: this.#asked };
      this.#ranges.push(new ArrivingRange(this.#connection, range, length));
      this.#asked += length;
    }
  }
}

/** One range that arrives in a buffer of the connection's. */
class ArrivingRange {
  readonly #connection: S3Connection;
  readonly #buffer: Uint8Array;
  readonly #length: number;
  readonly #given = new AbortController();
  readonly #ended: Promise<void>;
  #arrived = 0;
  #taken = 0;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(connection: S3Connection, range: ObjectRange, length: number) {
    this.#connection = connection;
    this.#buffer = connection.buffers.take();
    this.#length = length;
    const arrive = (bytes: Uint8Array): void => {
      this.#buffer.set(bytes, this.#arrived);
      this.#arrived += bytes.byteLength;
      this.#wake?.();
    };
    this.#ended = receiveRange(connection, range, length, arrive, { signal: this.#given.signal }).catch(
      (error: unknown) => {
        this.#failure = error as Error;
        this.#wake?.();
      },
    );
  }

  get isTaken(): boolean {
    return this.#taken === this.#length;
  }

  /** At least one byte, at most `most`: a view that is good until the range is released. */
  async next(most: number): Promise<Uint8Array> {
    while (this.#arrived === this.#taken) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const from = this.#taken;
    this.#taken = Math.min(this.#arrived, from + most);
    return this.#buffer.subarray(from, this.#taken);
  }

  /** Nobody looks at its bytes any more. */
  release(): void {
    this.#connection.buffers.giveBack(this.#buffer);
  }

  abort(): void {
    this.#given.abort();
    // Bytes may still come until then.
    void this.#ended.then(() => this.release());
  }
}
