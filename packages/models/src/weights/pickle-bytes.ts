import { PickleError } from './pickle-values.js';

/** The bytes of a pickle, read from its beginning to its end. Throws PickleError where they end early. */
export class PickleBytes {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(length: number): Buffer {
    if (!(this.#at + length <= this.#bytes.length)) throw new PickleError('its end before its stop');
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }

  uint8(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new PickleError('its end before its stop');
    return byte;
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  uint64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  utf8(length: number): string {
    return this.take(length).toString('utf8');
  }

  /** Python 2 wrote its texts as bytes. */
  latin1(length: number): string {
    return this.take(length).toString('latin1');
  }

  /** A whole number in two's complement, little end first. */
  long(length: number): number | bigint {
    const bytes = this.take(length);
    if (length === 0) return 0;
    // Larger ones are no sizes; a bigint of megabytes would take its time.
    if (length > 16) return NaN;
    const value = BigInt.asIntN(8 * length, BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`));
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new PickleError('its end before its stop');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }
}
