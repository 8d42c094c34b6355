import type { InkedCell } from './text-look.js';

const BLANK = 0x2800;
/** The bit of each dot of a cell, by column and row (Unicode, chapter 21.1). */
const BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];

/** A drawing of dots, two across and four down in each cell of text. */
export class Braille {
  readonly #bits: Uint8Array;
  readonly #inks: Int16Array;

  constructor(
    private readonly columns: number,
    rows: number,
  ) {
    this.#bits = new Uint8Array(columns * rows);
    this.#inks = new Int16Array(columns * rows).fill(-1);
  }

  /** From dot to dot; a cell has the ink of what came last. */
  line(x0: number, y0: number, x1: number, y1: number, ink: number): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1);
    for (let i = 0; i <= steps; i++)
      this.#dot(Math.round(x0 + ((x1 - x0) * i) / steps), Math.round(y0 + ((y1 - y0) * i) / steps), ink);
  }

  /** What stands in a cell; null where it has no dot. */
  cell(row: number, column: number): InkedCell | null {
    const at = row * this.columns + column;
    const bits = this.#bits[at] ?? 0;
    return bits === 0 ? null : { sign: String.fromCodePoint(BLANK + bits), ink: this.#inks[at] ?? null };
  }

  #dot(x: number, y: number, ink: number): void {
    const at = (y >> 2) * this.columns + (x >> 1);
    this.#bits[at] = (this.#bits[at] ?? 0) | (BITS[x & 1]?.[y & 3] ?? 0);
    this.#inks[at] = ink;
  }
}
