/** A file inside an archive. */
export interface ArchiveEntry {
  /** Its path inside, with `/`. */
  readonly name: string;
  readonly bytes: number;
  read(): Promise<Uint8Array>;
}

/** An entry that is larger than this is no image: an archive made to fill the memory. */
export const MAX_ENTRY_BYTES = 2 ** 28;
/** A list of more entries would itself fill the memory. */
export const MAX_ENTRIES = 10_000_000;
