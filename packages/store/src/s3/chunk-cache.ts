/** What a reader fetches at once, and ahead. */
export const CHUNK_BYTES = 8 << 20;

interface Chunk {
  readonly owner: object;
  readonly index: number;
  readonly bytes: Promise<Uint8Array>;
}

/**
 * The chunks that the readers of one store have fetched or are fetching, the least recently used dropped
 * first: so many for all readers together, since a task may have many files open and reads one after another.
 */
export class ChunkCache {
  readonly #limit: number;
  #chunks: readonly Chunk[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(owner: object, index: number): boolean {
    return this.#find(owner, index) !== undefined;
  }

  /** The bytes of a chunk; `fetch` gets them where they are not here. */
  get(owner: object, index: number, fetch: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const chunk = this.#find(owner, index) ?? { owner, index, bytes: fetch() };
    // One that could not be fetched is not kept, and one that was fetched ahead fails when it is asked for.
    chunk.bytes.catch(() => this.#keep((other) => other !== chunk));
    this.#keep((other) => other !== chunk);
    this.#chunks = [chunk, ...this.#chunks.slice(0, this.#limit - 1)];
    return chunk.bytes;
  }

  drop(owner: object): void {
    this.#keep((chunk) => chunk.owner !== owner);
  }

  #find(owner: object, index: number): Chunk | undefined {
    return this.#chunks.find((chunk) => chunk.owner === owner && chunk.index === index);
  }

  #keep(wanted: (chunk: Chunk) => boolean): void {
    this.#chunks = this.#chunks.filter(wanted);
  }
}
