import { ArrowDamagedError, NullValueError } from '../errors.js';
import type { ArrowFile } from '../ipc/arrow-file.js';
import type { ArrayLayout, BatchLayout } from '../ipc/batch-layout.js';
import { BodyBuffer, type CompressionBudget } from '../ipc/body-buffer.js';
import type { Dictionary } from '../ipc/dictionary.js';
import { TextBuffers } from '../ipc/text-buffers.js';
import { openValidity } from '../ipc/validity.js';
import type {
  AnyColumn,
  AnyValues,
  ColumnKind,
  ColumnSpec,
  HistogramColumn,
  TextColumn,
} from '../schemas/column.js';

export interface ColumnPlace {
  readonly file: ArrowFile;
  readonly batch: BatchLayout;
  readonly array: ArrayLayout;
  readonly budget: CompressionBudget;
}

/** Reads one column of one batch whole. `labels` are the values of its dictionary, if it has one. */
export async function readColumn(
  spec: ColumnSpec,
  place: ColumnPlace,
  labels: readonly string[] | null,
): Promise<AnyColumn> {
  const { file, batch, array, budget } = place;
  const rows = array.length;
  const bitmap = await openValidity(file.source, batch, array, budget);
  const bits = bitmap === null ? null : await bitmap.read(0, Math.ceil(rows / 8));
  const valid = new Uint8Array(rows).fill(1);
  if (bits !== null) {
    for (let i = 0; i < rows; i++) valid[i] = ((bits[i >>> 3] as number) >>> (i & 7)) & 1;
  }
  if (!spec.nullable) {
    const row = valid.indexOf(0);
    if (row >= 0) {
      throw new NullValueError(
        `${file.source.name}: ${batch.place}, row ${row}: column '${array.field.name}' is null, expected a value`,
      );
    }
  }
  const values = await readValues(spec.kind, place, valid, labels);
  return spec.nullable ? { values, valid } : values;
}

async function readValues(
  kind: ColumnKind,
  place: ColumnPlace,
  valid: Uint8Array,
  labels: readonly string[] | null,
): Promise<AnyValues> {
  const rows = place.array.length;
  switch (kind) {
    case 'uint32':
      return new Uint32Array(await fixedWidth(place, 4));
    case 'int32':
      return new Int32Array(await fixedWidth(place, 4));
    case 'float64':
      return new Float64Array(await fixedWidth(place, 8));
    case 'count':
      return Float64Array.from(new BigUint64Array(await fixedWidth(place, 8)), Number);
    case 'bool': {
      const bits = new Uint8Array(await fixedWidth(place, 1 / 8));
      return Uint8Array.from({ length: rows }, (_, i) => ((bits[i >>> 3] as number) >>> (i & 7)) & 1);
    }
    case 'label':
      return labels === null ? readText(place, valid) : readLabels(place, valid, labels);
    case 'utf8':
      return readText(place, valid);
    case 'histogram':
      return readHistogram(place);
  }
}

async function fixedWidth({ file, batch, array, budget }: ColumnPlace, width: number): Promise<ArrayBuffer> {
  const region = array.buffers[1];
  if (region === undefined) throw new RangeError(`column ${array.field.name} has no values`);
  const bytes = Math.ceil(array.length * width);
  const buffer = await BodyBuffer.open(file.source, batch, region, bytes, `'${array.field.name}'`, budget);
  return (await buffer.read(0, bytes)).buffer;
}

async function readLabels(
  place: ColumnPlace,
  valid: Uint8Array,
  labels: readonly string[],
): Promise<TextColumn> {
  const codes = new Uint32Array(await fixedWidth(place, 4));
  for (let row = 0; row < codes.length; row++) {
    if (valid[row] === 0) codes[row] = 0;
    else if ((codes[row] as number) >= labels.length) {
      throw damaged(place, row, `label ${codes[row] as number} of a dictionary of ${labels.length}`);
    }
  }
  // A column of nulls alone has an empty dictionary; code 0 still needs a label.
  return { codes, labels: labels.length === 0 ? [''] : labels };
}

async function readText({ file, batch, array, budget }: ColumnPlace, valid: Uint8Array): Promise<TextColumn> {
  const texts = await TextBuffers.open(file.source, batch, array, budget);
  const { bytes, offsets } = await texts.read(0, array.length);
  const decoder = new TextDecoder();
  const codeOf = new Map<string, number>();
  const codes = new Uint32Array(array.length);
  for (let row = 0; row < codes.length; row++) {
    const label = valid[row] === 0 ? '' : decoder.decode(bytes.subarray(offsets[row], offsets[row + 1]));
    let code = codeOf.get(label);
    if (code === undefined) codeOf.set(label, (code = codeOf.size));
    codes[row] = code;
  }
  return { codes, labels: [...codeOf.keys()] };
}

async function readHistogram(place: ColumnPlace): Promise<HistogramColumn> {
  const { array, file, batch, budget } = place;
  const region = array.buffers[1];
  const [entries] = array.children;
  const [ranks, images] = entries?.children ?? [];
  if (region === undefined || entries === undefined || ranks === undefined || images === undefined) {
    throw new RangeError(`column ${array.field.name} is no histogram`);
  }
  const needed = array.length === 0 ? 0 : 4 * (array.length + 1);
  const buffer = await BodyBuffer.open(file.source, batch, region, needed, `'${array.field.name}'`, budget);
  const offsets = new Uint32Array(array.length + 1);
  offsets.set(new Uint32Array((await buffer.read(0, needed)).buffer));
  for (let row = 0; row < array.length; row++) {
    if ((offsets[row + 1] as number) < (offsets[row] as number))
      throw damaged(place, row, 'its offsets go back');
  }
  const last = offsets[array.length] as number;
  if (last > Math.min(entries.length, ranks.length, images.length)) {
    throw damaged(place, array.length, `${last} entries of ${entries.length}`);
  }
  return {
    offsets,
    birth_rank: new Uint32Array(await fixedWidth({ ...place, array: ranks }, 4)).subarray(0, last),
    images: new Uint32Array(await fixedWidth({ ...place, array: images }, 4)).subarray(0, last),
  };
}

function damaged({ file, batch, array }: ColumnPlace, row: number, what: string): ArrowDamagedError {
  return new ArrowDamagedError(
    `${file.source.name}: damaged Arrow file: ${batch.place}, row ${row}: column '${array.field.name}': ${what}`,
  );
}

/** The texts of a dictionary. */
export function dictionaryLabels(dictionary: Dictionary): string[] {
  const decoder = new TextDecoder();
  return Array.from({ length: dictionary.length }, (_, index) => {
    const [bytes, from, to] = dictionary.bytesOf(index);
    return decoder.decode(bytes.subarray(from, to));
  });
}
