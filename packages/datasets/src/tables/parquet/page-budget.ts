import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { zstdDecoder } from '@unitscope/tables';

/** What the pages of one read may take once they are unpacked, whatever the file says of them elsewhere. */
export class PageBudget {
  readonly #bytes: number;
  readonly #decoders: Compressors;

  private constructor(bytes: number, decoders: Compressors) {
    this.#bytes = bytes;
    this.#decoders = decoders;
  }

  static async create(bytes: number): Promise<PageBudget> {
    // The one of hyparquet unpacks as much as the page has, not as much as its header says.
    return new PageBudget(bytes, { ...compressors, ZSTD: await zstdDecoder() });
  }

  /** Decoders for one read: together they unpack no more than the budget. */
  decoders(): Compressors {
    let left = this.#bytes;
    const bounded = Object.entries(this.#decoders).map(([codec, decode]) => [
      codec,
      (input: Uint8Array, length: number): Uint8Array => {
        if (length > left) {
          throw new Error(
            `its pages unpack to more than ${this.#bytes} bytes a row group; write it with a smaller row_group_size`,
          );
        }
        left -= length;
        return decode(input, length);
      },
    ]);
    return Object.fromEntries(bounded) as Compressors;
  }
}
