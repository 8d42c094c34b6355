import { cellsOf, type ResultCheckpoint, type SweepResults } from '@unitscope/query';
import { birthsSchema, decodeTable, memorySource } from '@unitscope/tables';

/** The raw birth ranks of one unit over the images of one category, in the images' order; 0: none. */
export interface BirthCell {
  readonly mapSize: number;
  readonly ranks: Uint32Array;
}

/** The births that a sweep kept of one checkpoint, by layer. */
export async function keptBirths(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
): Promise<Map<string, BirthCell[]>> {
  const key = results.objects.births(checkpoint.label);
  const births = await decodeTable(memorySource(key, await results.store.get(key)), birthsSchema);
  const found = new Map<string, BirthCell[]>();
  let row = 0;
  // births/1 has the units in the order of units/1, each with its images.
  const units = await results.units(checkpoint);
  for (const { layer, mapSize, from, to } of cellsOf(units)) {
    const cells = found.get(layer ?? '') ?? [];
    found.set(layer ?? '', cells);
    for (let unit = from; unit < to; unit++) {
      const images = units.images[unit] ?? 0;
      cells.push({
        mapSize,
        ranks: Uint32Array.from({ length: images }, (_, image) =>
          births.birth_rank.valid[row + image] === 1 ? (births.birth_rank.values[row + image] ?? 0) : 0,
        ),
      });
      row += images;
    }
  }
  return found;
}
