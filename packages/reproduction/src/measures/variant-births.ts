import { keptCell, type ResultCheckpoint, type SweepResults } from '@unitscope/query';
import { openActivations } from '@unitscope/tables';
import { BirthKernel } from '@unitscope/topology';
import { cubicalBirth } from './cubical-birth.js';
import { variantPlaces, VARIANTS, type Variant } from './map-variants.js';

/** What the births of kept maps are taken of. */
export type Reading = Variant | 'cubical';
export const READINGS: readonly Reading[] = [...VARIANTS, 'cubical'];

/** The raw birth ranks of one unit over the images of one category, by reading; 0: none. */
export interface UnitReadings {
  readonly mapSize: number;
  readonly ranks: Readonly<Record<Reading, Uint32Array>>;
}

/** Reads the kept maps of one layer and category again in every way; units in their order. */
export async function variantBirths(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  place: { readonly layer: string; readonly category: string },
  kernel: BirthKernel,
): Promise<UnitReadings[]> {
  const { key, cell } = await keptCell(results, { checkpoint: checkpoint.label, ...place });
  const images = cell.images?.length ?? 0;
  const reader = await results.store.open(key);
  try {
    const file = await openActivations(reader);
    const { size } = file;
    const places = VARIANTS.map((variant) => variantPlaces(variant, size));
    const units = new Map<number, UnitReadings>();
    for await (const { count, units: unitOf, images: codes, maps } of file.blocks()) {
      const readings = READINGS.map((_, i) => readingRanks(maps, size, count, places[i], kernel));
      for (let row = 0; row < count; row++) {
        const unit = unitOf[row] ?? 0;
        const found = units.get(unit) ?? emptyReadings(size, images);
        units.set(unit, found);
        const image = Number(file.labels.label(codes[row] ?? 0));
        for (const [i, reading] of READINGS.entries()) found.ranks[reading][image] = readings[i]?.[row] ?? 0;
      }
    }
    return [...units].sort(([a], [b]) => a - b).map(([, found]) => found);
  } finally {
    await reader.close();
  }
}

/** The ranks of a block of maps whose values are taken from `places`; without places, the cubical ones. */
function readingRanks(
  maps: Float32Array,
  size: number,
  count: number,
  places: Uint32Array | undefined,
  kernel: BirthKernel,
): Uint32Array {
  const pixels = size * size;
  const birthRanks = new Uint32Array(count);
  if (places === undefined) {
    for (let row = 0; row < count; row++)
      birthRanks[row] = cubicalBirth(maps.subarray(row * pixels, (row + 1) * pixels), size);
    return birthRanks;
  }
  const moved = new Float32Array(count * pixels);
  for (let row = 0; row < count; row++) {
    const first = row * pixels;
    for (let i = 0; i < pixels; i++) moved[first + i] = maps[first + (places[i] ?? 0)] ?? 0;
  }
  kernel.measure(moved, size, { birthRanks });
  return birthRanks;
}

function emptyReadings(mapSize: number, images: number): UnitReadings {
  const ranks = Object.fromEntries(READINGS.map((reading) => [reading, new Uint32Array(images)]));
  return { mapSize, ranks: ranks as Record<Reading, Uint32Array> };
}
