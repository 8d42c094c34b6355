import type * as Koffi from 'koffi';

const PAGE = 4096;
/** From madvise(2). */
const MADV_HUGEPAGE = 14;
/** Below it there is nothing to gain: a huge page is 2 MiB. */
const LEAST_BYTES = 8 * 2 ** 20;

type Advise = (at: bigint, bytes: number, advice: number) => number;

/** Asks Linux for huge pages below large buffers: maps are then written and read with fewer misses of the table of pages. */
export class HugePages {
  readonly #koffi: typeof Koffi;
  readonly #advise: Advise | null;
  readonly #asked = new WeakSet<ArrayBufferLike>();

  constructor(koffi: typeof Koffi) {
    this.#koffi = koffi;
    this.#advise = adviseOf(koffi);
  }

  /** Once a buffer. Where the system does not do it the buffer stays as it is. */
  preferFor({ buffer }: Float32Array): void {
    if (this.#advise === null || buffer.byteLength < LEAST_BYTES || this.#asked.has(buffer)) return;
    this.#asked.add(buffer);
    const start = this.#koffi.address(new Uint8Array(buffer));
    const skipped = Number(-start & BigInt(PAGE - 1));
    const bytes = Math.floor((buffer.byteLength - skipped) / PAGE) * PAGE;
    this.#advise(start + BigInt(skipped), bytes, MADV_HUGEPAGE);
  }
}

function adviseOf(koffi: typeof Koffi): Advise | null {
  if (process.platform !== 'linux') return null;
  try {
    return koffi.load(null).func('madvise', 'int', ['uintptr_t', 'size_t', 'int']) as Advise;
  } catch {
    return null;
  }
}
