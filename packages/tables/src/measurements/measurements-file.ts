import { MAX_MAP_SIZE, rankLimit } from '@unitscope/topology';
import type { ByteSource } from '../byte-source.js';
import { MeasurementError } from '../errors.js';
import { ArrowFile } from '../ipc/arrow-file.js';
import type { Columns, HistogramColumn, NullableColumn, TextColumn } from '../schemas/column.js';
import { measurementsSchema } from '../schemas/tables.js';
import { TableFile } from '../table/table-file.js';
import { readMeasurementsHeader, type MeasurementsHeader } from './measurements-header.js';

export type { MeasurementsHeader } from './measurements-header.js';

/** One (layer, category) of a measurements file. */
export interface MeasurementCell {
  readonly layer: string;
  readonly layerIndex: number;
  readonly category: string;
  /** N of its maps. */
  readonly size: number;
}

/** What was counted of the units of one cell, by unit. */
export interface UnitMeasurements {
  readonly unit: Uint32Array;
  readonly images: Uint32Array;
  /** Over all values of all its maps. */
  readonly activation_sum: Float64Array;
  readonly activation_zeros: Float64Array;
  readonly l1_norm: NullableColumn<Float64Array>;
  readonly birth_histogram: HistogramColumn;
}

type Rows = Columns<ReturnType<typeof measurementsSchema<'label', 'label'>>['columns']>;

/** A measurements/1 file, read and checked whole. */
export interface MeasurementsFile {
  readonly name: string;
  readonly header: MeasurementsHeader;
  /** In the order in which the file has them first. */
  readonly cells: readonly MeasurementCell[];
  /** The units of one of `cells`, ascending. */
  units(cell: MeasurementCell): UnitMeasurements;
}

/**
 * Reads a measurements/1 file: what was measured of one checkpoint where its network ran. Throws SchemaMetadataError,
 * ColumnMissingError, ColumnTypeError, NullValueError, MeasurementError, and as ArrowFile.open.
 */
export async function openMeasurements(source: ByteSource): Promise<MeasurementsFile> {
  const file = await ArrowFile.open(source);
  const header = readMeasurementsHeader(file);
  const kindOf = (column: string): 'label' | 'utf8' =>
    file.fields.find(({ name }) => name === column)?.dictionary == null ? 'utf8' : 'label';
  const table = await TableFile.from(file, measurementsSchema(kindOf('layer'), kindOf('category')));
  const rows: Rows = await table.readAll();
  const groups = groupedRows(source.name, rows);
  for (const row of rows.unit.keys()) checkRow(source.name, header, rows, row);
  return {
    name: source.name,
    header,
    cells: [...groups.values()].map(({ cell }) => cell),
    units: (cell) => unitsOf(rows, groups.get(keyOf(cell))?.rows ?? []),
  };
}

interface Group {
  readonly cell: MeasurementCell;
  readonly rows: number[];
}

/** The rows of each cell, by unit. */
function groupedRows(name: string, rows: Rows): Map<string, Group> {
  const groups = new Map<string, Group>();
  const text = ({ codes, labels }: TextColumn, row: number): string => labels[codes[row] ?? 0] ?? '';
  for (const row of rows.unit.keys()) {
    const cell = {
      layer: text(rows.layer, row),
      layerIndex: rows.layer_index[row] ?? 0,
      category: text(rows.category, row),
      size: rows.map_size[row] ?? 0,
    };
    const key = keyOf(cell);
    const group = groups.get(key) ?? { cell, rows: [] };
    groups.set(key, group);
    if (group.cell.size !== cell.size) {
      throw new MeasurementError(
        `${name}: row ${row}: expected maps of ${group.cell.size}×${group.cell.size} as in the rows of the same layer and ` +
          `category before it, found ${cell.size}×${cell.size}`,
      );
    }
    group.rows.push(row);
  }
  for (const { rows: own } of groups.values()) {
    own.sort((a, b) => (rows.unit[a] ?? 0) - (rows.unit[b] ?? 0));
    const twice = own.find((row, i) => i > 0 && rows.unit[row] === rows.unit[own[i - 1] ?? 0]);
    if (twice !== undefined) {
      throw new MeasurementError(
        `${name}: row ${twice}: unit ${rows.unit[twice] ?? 0} of layer ${JSON.stringify(text(rows.layer, twice))}, category ` +
          `${JSON.stringify(text(rows.category, twice))} has a row before it; expected one`,
      );
    }
  }
  return groups;
}

const keyOf = ({ layer, layerIndex, category }: MeasurementCell): string =>
  JSON.stringify([layer, layerIndex, category]);

/** Whether a row can be what was measured: ranks in order and possible, no more births than images. */
function checkRow(name: string, { density }: MeasurementsHeader, rows: Rows, row: number): void {
  const complain = (what: string): never => {
    throw new MeasurementError(`${name}: row ${row}: ${what}`);
  };
  const [size = 0, images = 0] = [rows.map_size[row], rows.images[row]];
  if (size < 1 || size > MAX_MAP_SIZE) complain(`map_size: expected 1 to ${MAX_MAP_SIZE}, found ${size}`);
  if (images < 1) complain('images: expected at least 1, found 0');
  const last = rankLimit(size, density);
  const { offsets, birth_rank: ranks, images: counts } = rows.birth_histogram;
  let births = 0;
  let before = 0;
  for (let i = offsets[row] ?? 0; i < (offsets[row + 1] ?? 0); i++) {
    const [rank = 0, count = 0] = [ranks[i], counts[i]];
    if (rank <= before || rank > last) {
      complain(`birth_histogram: expected ranks from 1 to ${last}, ascending, found ${rank} after ${before}`);
    }
    if (count < 1) complain(`birth_histogram: expected at least one image of rank ${rank}, found 0`);
    births += count;
    before = rank;
  }
  if (births > images)
    complain(`birth_histogram: expected births of at most ${images} images, found ${births}`);
  const sum = rows.activation_sum[row] ?? NaN;
  if (!Number.isFinite(sum)) complain(`activation_sum: expected a finite number, found ${sum}`);
  const [zeros = 0, values] = [rows.activation_zeros[row], images * size * size];
  if (zeros > values) complain(`activation_zeros: expected at most ${values}, found ${zeros}`);
  const norm = rows.l1_norm.valid[row] === 1 ? (rows.l1_norm.values[row] ?? NaN) : 0;
  if (!(norm >= 0 && norm < Infinity)) complain(`l1_norm: expected a finite number from 0, found ${norm}`);
}

function unitsOf(rows: Rows, own: readonly number[]): UnitMeasurements {
  const { birth_histogram: all } = rows;
  const offsets = new Uint32Array(own.length + 1);
  const spans = own.map((row) => [all.offsets[row] ?? 0, all.offsets[row + 1] ?? 0] as const);
  spans.forEach(([from, to], i) => (offsets[i + 1] = (offsets[i] ?? 0) + to - from));
  const ranks = new Uint32Array(offsets[own.length] ?? 0);
  const images = new Uint32Array(ranks.length);
  spans.forEach(([from, to], i) => {
    ranks.set(all.birth_rank.subarray(from, to), offsets[i]);
    images.set(all.images.subarray(from, to), offsets[i]);
  });
  return {
    unit: Uint32Array.from(own, (row) => rows.unit[row] ?? 0),
    images: Uint32Array.from(own, (row) => rows.images[row] ?? 0),
    activation_sum: Float64Array.from(own, (row) => rows.activation_sum[row] ?? 0),
    activation_zeros: Float64Array.from(own, (row) => rows.activation_zeros[row] ?? 0),
    l1_norm: {
      values: Float64Array.from(own, (row) => rows.l1_norm.values[row] ?? 0),
      valid: Uint8Array.from(own, (row) => rows.l1_norm.valid[row] ?? 0),
    },
    birth_histogram: { offsets, birth_rank: ranks, images },
  };
}
