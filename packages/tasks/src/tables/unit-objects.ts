import { compareText } from '@unitscope/base';
import type { CellKeys } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import {
  decodeTable,
  encodeTable,
  memorySource,
  unitBirthsSchema,
  unitHistogramsSchema,
  type Columns,
} from '@unitscope/tables';
import type { BirthRows } from '../run/map-meter.js';
import type { Measured } from '../run/measure.js';
import { COMPARISON_KEY, type CpuComparison } from '../sweeps/proof/cpu-comparison.js';
import { objectWriter, WRITER_KEY } from '../sweeps/proof/object-writer.js';
import type { GatheredUnit, UnitAccumulator } from '../run/unit-accumulator.js';

/** The content of a unit object: what was counted of each unit of one cell, before any threshold. */
export type UnitHistograms = Columns<typeof unitHistogramsSchema.columns>;

/** The content of a births object: one row a unit and image, sorted by unit, then image. */
export type UnitBirths = Columns<typeof unitBirthsSchema.columns>;

/** Where the maps of an object were made. */
interface MadeOn {
  /** None where they were stored. */
  readonly backend?: string | undefined;
  /** How they differ from those of the CPU, where that was asked. */
  readonly comparison?: CpuComparison | undefined;
}

/**
 * Writes the objects of one measured cell; the unit object last, since it says that the cell is done.
 */
export async function writeMeasured(
  store: ObjectStore,
  keys: CellKeys,
  measured: Measured,
  l1Norms: Float64Array | null,
  { backend, comparison }: MadeOn = {},
): Promise<void> {
  const births = measured.meter.births();
  if (births !== null) {
    const metadata = { [WRITER_KEY]: await objectWriter(backend) };
    const columns = birthColumns(births, measured.images);
    await store.put(keys.births, await encodeTable(unitBirthsSchema, columns, { metadata }));
  }
  await writeUnits(store, keys.units, histogramColumns(measured.meter.units, l1Norms), {
    backend,
    comparison,
  });
}

/** Writes a unit object. */
export async function writeUnits(
  store: ObjectStore,
  key: string,
  columns: UnitHistograms,
  { backend, comparison }: MadeOn = {},
): Promise<void> {
  const metadata = {
    [WRITER_KEY]: await objectWriter(backend),
    ...(comparison && { [COMPARISON_KEY]: JSON.stringify(comparison) }),
  };
  await store.put(key, await encodeTable(unitHistogramsSchema, columns, { metadata }));
}

export async function readUnitHistograms(store: ObjectStore, key: string): Promise<UnitHistograms> {
  return decodeTable(memorySource(key, await store.get(key)), unitHistogramsSchema);
}

export async function readUnitBirths(store: ObjectStore, key: string): Promise<UnitBirths> {
  return decodeTable(memorySource(key, await store.get(key)), unitBirthsSchema);
}

/** The columns of a unit object, by unit; `l1Norms` is by unit number, where the weights are known. */
export function histogramColumns(units: UnitAccumulator, l1Norms: Float64Array | null): UnitHistograms {
  return unitColumns([...units.finish()], (unit) => l1Norms?.[unit] ?? null);
}

/** The columns of a unit object of units that come ascending; `normOf` gives their L1 norms, null where they are not known. */
export function unitColumns(
  gathered: readonly GatheredUnit[],
  normOf: (unit: number) => number | null,
): UnitHistograms {
  const offsets = new Uint32Array(gathered.length + 1);
  gathered.forEach(({ histogram }, i) => (offsets[i + 1] = (offsets[i] ?? 0) + histogram.ranks.length));
  const ranks = new Uint32Array(offsets[gathered.length] ?? 0);
  const counts = new Uint32Array(ranks.length);
  gathered.forEach(({ histogram }, i) => {
    ranks.set(histogram.ranks, offsets[i]);
    counts.set(histogram.counts, offsets[i]);
  });
  return {
    unit: Uint32Array.from(gathered, ({ unit }) => unit),
    images: Uint32Array.from(gathered, ({ images }) => images),
    activation_mean: Float64Array.from(gathered, ({ activationMean }) => activationMean),
    zeros: Float64Array.from(gathered, ({ zeros }) => zeros),
    l1_norm: {
      values: Float64Array.from(gathered, ({ unit }) => normOf(unit) ?? 0),
      valid: Uint8Array.from(gathered, ({ unit }) => (normOf(unit) === null ? 0 : 1)),
    },
    birth_histogram: { offsets, birth_rank: ranks, images: counts },
  };
}

/** The columns of a births object, sorted by unit, then by the image's UTF-8 bytes. */
export function birthColumns({ units, images, ranks }: BirthRows, labels: readonly string[]): UnitBirths {
  const byText = [...labels.keys()].sort((a, b) => compareText(labels[a] ?? '', labels[b] ?? ''));
  const place = new Uint32Array(labels.length);
  byText.forEach((code, i) => (place[code] = i));
  const order = Uint32Array.from(units.keys()).sort(
    (a, b) =>
      (units[a] ?? 0) - (units[b] ?? 0) || (place[images[a] ?? 0] ?? 0) - (place[images[b] ?? 0] ?? 0),
  );
  return {
    unit: order.map((row) => units[row] ?? 0),
    image: { codes: order.map((row) => images[row] ?? 0), labels },
    birth_rank: {
      values: order.map((row) => ranks[row] ?? 0),
      valid: Uint8Array.from(order, (row) => (ranks[row] === 0 ? 0 : 1)),
    },
  };
}
