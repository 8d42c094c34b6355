import { ScratchFile } from '../../decode/scratch-file.js';
import { imageBytes } from '../image-table.js';

/** Images are packed already: those of a file take at most so many times its bytes. */
const MOST_TIMES = 16;

export interface RowGroup {
  /** Its first row. */
  readonly from: number;
  readonly rows: number;
}

/** Cells of one column, of the rows from `from` up to `to`. */
export type ReadColumn = (
  column: string,
  from: number,
  to: number,
) => Promise<readonly Record<string, unknown>[]>;

interface Place {
  readonly start: number;
  /** null: the cell holds no image. */
  readonly length: number | null;
}

const NO_IMAGE: Place = { start: 0, length: null };

/** The images of a Parquet file, a row group decoded when one of its images is asked for first. */
export class GroupImages {
  readonly #groups: readonly RowGroup[];
  readonly #column: string;
  readonly #read: ReadColumn;
  readonly #fileBytes: number;
  readonly #places = new Map<RowGroup, Promise<Place[]>>();
  #scratch: Promise<ScratchFile> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(groups: readonly RowGroup[], column: string, read: ReadColumn, fileBytes: number) {
    this.#groups = groups;
    this.#column = column;
    this.#read = read;
    this.#fileBytes = fileBytes;
  }

  /** Bytes of the image of a row; null: its cell holds none. */
  async at(row: number): Promise<Uint8Array | null> {
    const group = this.#groups.findLast(({ from }) => from <= row);
    if (group === undefined) throw new RangeError(`no row ${row}`);
    let places = this.#places.get(group);
    if (places === undefined) {
      // One group after another: each holds its images in memory.
      places = this.#turn.then(() => this.#place(group));
      this.#turn = places.catch(() => undefined);
      this.#places.set(group, places);
    }
    const { start, length } = (await places)[row - group.from] ?? NO_IMAGE;
    return length === null ? null : await (await this.#file()).read(start, length);
  }

  /** Puts the images of a group into the nameless file. */
  async #place({ from, rows }: RowGroup): Promise<Place[]> {
    const cells = await this.#read(this.#column, from, from + rows);
    const places: Place[] = [];
    // Many rows may share the bytes of one image, by the file's dictionary.
    const shared = new Map<Uint8Array, Place>();
    for (const cell of cells) {
      const bytes = imageBytes(cell[this.#column]);
      let place = bytes === null ? NO_IMAGE : shared.get(bytes);
      if (bytes !== null && place === undefined) {
        const target = await this.#file();
        if (target.bytes + bytes.length > MOST_TIMES * this.#fileBytes)
          throw new Error(`its images take more than ${MOST_TIMES} times the bytes of the file`);
        place = { start: await target.append(bytes), length: bytes.length };
        shared.set(bytes, place);
      }
      places.push(place ?? NO_IMAGE);
    }
    return places;
  }

  #file(): Promise<ScratchFile> {
    return (this.#scratch ??= ScratchFile.create());
  }
}
