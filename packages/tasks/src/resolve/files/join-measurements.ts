import type { Cell } from '@unitscope/plan';
import type { MeasurementsFile, UnitMeasurements } from '@unitscope/tables';
import { MeasurementFilesError } from '../../errors.js';
import type { GatheredUnit } from '../../run/unit-accumulator.js';
import { unitColumns, type UnitHistograms } from '../../tables/unit-objects.js';

/** What was counted of one unit, over the files that hold parts of its images. */
interface Joined {
  images: number;
  sum: number;
  zeros: number;
  norm: number | null;
  readonly births: Map<number, number>;
}

/**
 * The content of a unit object from files that together hold one cell. Sums are added in the order of the parts' names, so
 * that they are the same on every machine. Throws MeasurementFilesError where parts contradict each other.
 */
export function joinMeasurements(files: readonly MeasurementsFile[], cell: Cell): UnitHistograms {
  const units = new Map<number, Joined>();
  const byPart = [...files].sort((a, b) => ((a.header.part ?? '') < (b.header.part ?? '') ? -1 : 1));
  for (const file of byPart) {
    const own = file.cells.find(
      ({ layer, layerIndex, category }) =>
        layer === cell.layer && layerIndex === cell.layerIndex && category === cell.category,
    );
    if (own === undefined) continue;
    const measured = file.units(own);
    for (const row of measured.unit.keys()) add(units, measured, row, file.name);
  }
  return unitColumns(
    [...units].sort(([a], [b]) => a - b).map((one) => gathered(one, cell.size)),
    (unit) => units.get(unit)?.norm ?? null,
  );
}

function add(units: Map<number, Joined>, rows: UnitMeasurements, row: number, name: string): void {
  const unit = rows.unit[row] ?? 0;
  const norm = rows.l1_norm.valid[row] === 1 ? (rows.l1_norm.values[row] ?? 0) : null;
  const joined = units.get(unit) ?? { images: 0, sum: 0, zeros: 0, norm, births: new Map<number, number>() };
  if (joined.norm !== norm) {
    throw new MeasurementFilesError(
      `${name}: unit ${unit}: expected the L1 norm ${String(joined.norm)} as in the other parts, found ${String(norm)}`,
    );
  }
  joined.images += rows.images[row] ?? 0;
  joined.sum += rows.activation_sum[row] ?? 0;
  joined.zeros += rows.activation_zeros[row] ?? 0;
  const { offsets, birth_rank: ranks, images } = rows.birth_histogram;
  for (let i = offsets[row] ?? 0; i < (offsets[row + 1] ?? 0); i++) {
    const rank = ranks[i] ?? 0;
    joined.births.set(rank, (joined.births.get(rank) ?? 0) + (images[i] ?? 0));
  }
  units.set(unit, joined);
}

function gathered(
  [unit, { images, sum, zeros, births }]: readonly [number, Joined],
  size: number,
): GatheredUnit {
  const pairs = [...births].sort(([a], [b]) => a - b);
  return {
    unit,
    images,
    activationMean: sum / (images * size * size),
    zeros,
    histogram: {
      ranks: Uint32Array.from(pairs, ([rank]) => rank),
      counts: Uint32Array.from(pairs, ([, count]) => count),
    },
  };
}
