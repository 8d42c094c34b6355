import { list, packBits, parent, primitive, text, type ArrayData } from '../ipc/array-data.js';
import {
  numberArray,
  type AnyColumn,
  type AnyValues,
  type ColumnKind,
  type ColumnSpec,
  type HistogramColumn,
  type NumberKind,
  type NumberValues,
  type TextColumn,
} from '../schemas/column.js';

/** Collects the values of one column for one record batch. */
interface ValuesBuilder {
  /** Makes room for so many rows in all; what is there stays. */
  grow(rows: number): void;
  /** Takes row `row` of `column` as row `at` of the batch. */
  append(column: AnyValues, row: number, at: number): void;
  /** Writes what stands for a null: zero, or nothing. */
  appendNull(at: number): void;
  /** The first `rows` rows as an Arrow array; the builder begins again. */
  take(rows: number, valid: Uint8Array | null): ArrayData;
}

/** Rows that a builder has room for at first: most tables are small, one a cell. */
const FIRST_ROWS = 64;

/** One column of a batch under construction: validity, and values that are zero under nulls. */
export class ColumnBuilder {
  private valid: Uint8Array | null;
  private readonly values: ValuesBuilder;
  private room = FIRST_ROWS;

  constructor(
    private readonly spec: ColumnSpec,
    /** Rows of a batch at most. */
    private readonly capacity: number,
    dictionary: ReadonlyMap<string, number> | null,
  ) {
    this.valid = spec.nullable ? new Uint8Array(FIRST_ROWS) : null;
    this.values = valuesBuilder(spec.kind, FIRST_ROWS, dictionary);
  }

  /** Appends rows `from … to` of `column` at row `at` of the batch. */
  append(column: AnyColumn, from: number, to: number, at: number): void {
    this.grow(at + to - from);
    if ('valid' in column) {
      if (this.valid === null)
        throw new RangeError(`a column of ${this.spec.kind} without nulls has only values`);
      for (let row = from, next = at; row < to; row++, next++) {
        const there = column.valid[row] === 0 ? 0 : 1;
        this.valid[next] = there;
        if (there === 1) this.values.append(column.values, row, next);
        else this.values.appendNull(next);
      }
    } else {
      for (let row = from, next = at; row < to; row++, next++) this.values.append(column, row, next);
    }
  }

  take(rows: number): ArrayData {
    return this.values.take(rows, this.valid);
  }

  private grow(rows: number): void {
    if (rows <= this.room) return;
    this.room = Math.max(rows, Math.min(this.capacity, 2 * this.room));
    this.values.grow(this.room);
    if (this.valid === null) return;
    const valid = new Uint8Array(this.room);
    valid.set(this.valid);
    this.valid = valid;
  }
}

function valuesBuilder(
  kind: ColumnKind,
  capacity: number,
  dictionary: ReadonlyMap<string, number> | null,
): ValuesBuilder {
  switch (kind) {
    case 'utf8':
      return new TextBuilder(capacity);
    case 'label':
      return new LabelBuilder(capacity, dictionary ?? new Map());
    case 'histogram':
      return new HistogramBuilder(capacity);
    default:
      return new NumberBuilder(kind, capacity);
  }
}

class NumberBuilder implements ValuesBuilder {
  private values: NumberValues;

  constructor(
    private readonly kind: NumberKind,
    capacity: number,
  ) {
    this.values = numberArray(kind, capacity);
  }

  grow(rows: number): void {
    const values = numberArray(this.kind, rows);
    values.set(this.values);
    this.values = values;
  }

  append(column: AnyValues, row: number, at: number): void {
    this.values[at] = (column as NumberValues)[row] as number;
  }

  appendNull(at: number): void {
    this.values[at] = 0;
  }

  take(rows: number, valid: Uint8Array | null): ArrayData {
    const values = this.values.subarray(0, rows);
    if (this.kind === 'bool') return primitive(rows, packBits(rows, values as Uint8Array), valid);
    if (this.kind === 'count') return primitive(rows, BigUint64Array.from(values, BigInt), valid);
    // A copy: the sink may hold the bytes while the next batch is collected.
    return primitive(rows, values.slice(), valid);
  }
}

class LabelBuilder implements ValuesBuilder {
  private indices: Int32Array;
  private labels: readonly string[] = [];
  private indexOf = new Int32Array(0);

  constructor(
    capacity: number,
    private readonly dictionary: ReadonlyMap<string, number>,
  ) {
    this.indices = new Int32Array(capacity);
  }

  grow(rows: number): void {
    this.indices = grown(this.indices, rows);
  }

  append(column: AnyValues, row: number, at: number): void {
    const { codes, labels } = column as TextColumn;
    if (labels !== this.labels) {
      this.labels = labels;
      this.indexOf = Int32Array.from(labels, (label) => this.dictionary.get(label) ?? -1);
    }
    const code = codes[row] as number;
    const index = this.indexOf[code] ?? -1;
    if (index < 0)
      throw new RangeError(`label ${JSON.stringify(labels[code])} is not in the table's dictionary`);
    this.indices[at] = index;
  }

  appendNull(at: number): void {
    this.indices[at] = 0;
  }

  take(rows: number, valid: Uint8Array | null): ArrayData {
    return primitive(rows, this.indices.slice(0, rows), valid);
  }
}

class TextBuilder implements ValuesBuilder {
  private offsets: Int32Array;
  private bytes = new Uint8Array(4096);
  private labels: readonly string[] = [];
  private encoded: (Uint8Array | undefined)[] = [];

  constructor(capacity: number) {
    this.offsets = new Int32Array(capacity + 1);
  }

  grow(rows: number): void {
    this.offsets = grown(this.offsets, rows + 1);
  }

  append(column: AnyValues, row: number, at: number): void {
    const { codes, labels } = column as TextColumn;
    if (labels !== this.labels) {
      this.labels = labels;
      this.encoded = [];
    }
    const code = codes[row] as number;
    const label = labels[code];
    if (label === undefined) throw new RangeError(`no label has code ${code}`);
    const bytes = (this.encoded[code] ??= new TextEncoder().encode(label));
    const start = this.offsets[at] as number;
    const end = start + bytes.length;
    if (end > this.bytes.length) {
      if (end > 0x7fff_ffff) throw new RangeError('the texts of one record batch have more than 2 GiB');
      const grown = new Uint8Array(Math.max(end, 2 * this.bytes.length));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    this.bytes.set(bytes, start);
    this.offsets[at + 1] = end;
  }

  appendNull(at: number): void {
    this.offsets[at + 1] = this.offsets[at] as number;
  }

  take(rows: number, valid: Uint8Array | null): ArrayData {
    return text(rows, this.offsets.slice(0, rows + 1), this.bytes.slice(0, this.offsets[rows]), valid);
  }
}

class HistogramBuilder implements ValuesBuilder {
  private offsets: Int32Array;
  private ranks = new Uint32Array(1024);
  private counts = new Uint32Array(1024);

  constructor(capacity: number) {
    this.offsets = new Int32Array(capacity + 1);
  }

  grow(rows: number): void {
    this.offsets = grown(this.offsets, rows + 1);
  }

  append(column: AnyValues, row: number, at: number): void {
    const { offsets, birth_rank, images } = column as HistogramColumn;
    const from = offsets[row] as number;
    const to = offsets[row + 1] as number;
    const start = this.offsets[at] as number;
    const end = start + to - from;
    if (end > this.ranks.length) {
      const [ranks, counts] = [new Uint32Array(2 * end), new Uint32Array(2 * end)];
      ranks.set(this.ranks);
      counts.set(this.counts);
      [this.ranks, this.counts] = [ranks, counts];
    }
    this.ranks.set(birth_rank.subarray(from, to), start);
    this.counts.set(images.subarray(from, to), start);
    this.offsets[at + 1] = end;
  }

  appendNull(at: number): void {
    this.offsets[at + 1] = this.offsets[at] as number;
  }

  take(rows: number): ArrayData {
    const entries = this.offsets[rows] as number;
    const children = [
      primitive(entries, this.ranks.slice(0, entries)),
      primitive(entries, this.counts.slice(0, entries)),
    ];
    return list(rows, this.offsets.slice(0, rows + 1), parent(entries, children));
  }
}

function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
