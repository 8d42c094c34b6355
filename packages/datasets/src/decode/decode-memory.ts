import { totalmem } from 'node:os';

/** Of a decoder's own picture and of the pixels it gives, 16 bits and four channels at worst. */
export const BYTES_A_PIXEL = 12;

/** Images that are decoded at once take no more memory than this together; the next one waits, in the order of asking. */
export class DecodeMemory {
  readonly bytes: number;
  readonly #waiting: { readonly bytes: number; readonly go: () => void }[] = [];
  #free: number;

  constructor(bytes: number) {
    this.bytes = bytes;
    this.#free = bytes;
  }

  /** Waits for room; the answer gives it back. Throws RangeError for more than there is in all. */
  async take(bytes: number): Promise<() => void> {
    if (bytes > this.bytes) {
      throw new RangeError(
        `it needs ${megabytes(bytes)} MB to be decoded, and ${megabytes(this.bytes)} MB may be taken (\`--memory\` of a worker, by its threads)`,
      );
    }
    if (this.#waiting.length > 0 || bytes > this.#free)
      await new Promise<void>((go) => this.#waiting.push({ bytes, go }));
    else this.#free -= bytes;
    return () => {
      this.#free += bytes;
      for (
        let [next] = this.#waiting;
        next !== undefined && next.bytes <= this.#free;
        [next] = this.#waiting
      ) {
        this.#waiting.shift();
        this.#free -= next.bytes;
        next.go();
      }
    };
  }
}

/** Where nobody says how much: a quarter of the machine's, in each thread. */
export const ownMemory = new DecodeMemory(totalmem() / 4);

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
