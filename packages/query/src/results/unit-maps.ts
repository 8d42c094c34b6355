import { CellMaps, histogramAt, type CellMapsOptions, type UnitMaps } from '@unitscope/tasks';
import { MapsChangedError } from '../errors.js';
import { cellsOf } from './restate-statistics.js';
import type { ResultCheckpoint } from './result-tables.js';
import type { SweepResults } from './sweep-results.js';

export interface MapPlace {
  readonly layer: string | null;
  readonly category: string | null;
  readonly unit: number;
}

/**
 * Maps of one unit over the images of one category: those that a sweep kept, those of the activation files that it is of,
 * or, with `make`, made again by a forward pass; null where they are nowhere. All of them together have the births of the
 * result tables, or the files have changed: throws MapsChangedError, and InputErrors of the cause.
 */
export async function unitMaps(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  place: MapPlace,
  { maps: held, ...options }: CellMapsOptions & { readonly maps?: CellMaps },
): Promise<UnitMaps | null> {
  const maps = held ?? new CellMaps(results.manifest, results.store);
  try {
    const found = await maps.ofUnit({ ...place, checkpoint: checkpoint.index }, options);
    if (found !== null && options.most === undefined) await refuseChanged(results, checkpoint, place, found);
    return found;
  } finally {
    if (held === undefined) await maps.close();
  }
}

async function refuseChanged(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  { layer, category, unit }: MapPlace,
  { maps }: UnitMaps,
): Promise<void> {
  const units = await results.units(checkpoint);
  const cell = cellsOf(units).find((one) => one.layer === layer && one.category === category);
  if (cell === undefined) return;
  const row = units.unit.subarray(cell.from, cell.to).indexOf(unit);
  if (row < 0) return;
  const { ranks, counts } = histogramAt(units.birth_histogram, cell.from + row);
  const born = new Map<number, number>();
  for (const { birthRank } of maps)
    if (birthRank !== null) born.set(birthRank, (born.get(birthRank) ?? 0) + 1);
  const same =
    maps.length === units.images[cell.from + row] &&
    born.size === ranks.length &&
    ranks.every((rank, i) => born.get(rank) === counts[i]);
  if (same) return;
  throw new MapsChangedError(
    `unit ${unit} of ${layer ?? 'the layer'}, category ${category ?? ''}: its maps have other births than the result tables; ` +
      'the files have changed since the sweep, or they are not the ones it was of',
  );
}
