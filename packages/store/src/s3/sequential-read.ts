import { receiveRange, type ObjectRange } from './read-body.js';
import type { S3Connection } from './s3-connection.js';

/** What is asked for at once. */
const RANGE_BYTES = 8 << 20;
/** Ranges of one object that travel or wait to be taken: one connection to Amazon's S3 gives some 90 MB/s. */
const RANGES = 3;

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
        if (range.isTaken) this.#ranges.shift();
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

/** One range: its pieces are kept as they came, and copied once, to where they are wanted. */
class ArrivingRange {
  readonly #pieces: Uint8Array[] = [];
  readonly #given = new AbortController();
  #left: number;
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(connection: S3Connection, range: ObjectRange, length: number) {
    this.#left = length;
    const arrive = (piece: Uint8Array): void => {
      this.#pieces.push(piece);
      this.#wake?.();
    };
    receiveRange(connection, range, length, arrive, { signal: this.#given.signal }).catch(
      (error: unknown) => {
        this.#failure = error as Error;
        this.#wake?.();
      },
    );
  }

  get isTaken(): boolean {
    return this.#left === 0;
  }

  /** At least one byte, at most `most`. */
  async next(most: number): Promise<Uint8Array> {
    while (this.#pieces.length === 0) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const piece = this.#pieces[0] ?? new Uint8Array();
    if (piece.byteLength <= most) this.#pieces.shift();
    else this.#pieces[0] = piece.subarray(most);
    const bytes = piece.subarray(0, most);
    this.#left -= bytes.byteLength;
    return bytes;
  }

  abort(): void {
    this.#given.abort();
    this.#pieces.length = 0;
  }
}
