import { InputError } from '@unitscope/base';
import { ringWindow, windowValues, type HoleStill } from '@unitscope/plots';
import {
  unitExamples,
  unitMaps,
  UnknownNameError,
  type MapPlace,
  type ResultCheckpoint,
  type SweepResults,
} from '@unitscope/query';
import { bettiCurves, birthCycle, cycleDeath, filtration } from '@unitscope/topology';
import { mapPicture } from './map-picture.js';

export type Still = Omit<HoleStill, 'title'> & { readonly caption: string };

/**
 * The hole of one of a unit's maps: of the image that is named, else of the one with the earliest birth that counts. Maps
 * come from the store or from activation files; with an image, they are made again where they are nowhere. null: no maps.
 * Throws UnknownNameError.
 */
export async function holeOf(
  results: SweepResults,
  checkpoint: ResultCheckpoint,
  place: MapPlace,
  image?: string,
): Promise<Still | null> {
  const found = await readable(
    () => unitMaps(results, checkpoint, place, { make: image !== undefined }),
    image,
  );
  if (found === null || found.maps.length === 0) return null;
  const threshold = results.restatement?.threshold ?? results.manifest.statistics.threshold;
  const earliest = unitExamples(found, threshold).find(({ role }) => role === 'earliest')?.map;
  const chosen =
    image === undefined ? (earliest ?? found.maps[0]) : found.maps.find((one) => one.image === image);
  if (chosen === undefined) {
    const names = found.maps.slice(0, 8).map((one) => one.image);
    throw new UnknownNameError(
      `category ${place.category ?? ''}: no image ${JSON.stringify(image)}; there are ${names.join(', ')}${found.maps.length > 8 ? ', …' : ''}`,
    );
  }
  const { map } = chosen;
  const { size } = found;
  const options = { density: results.manifest.density };
  const { tails, heads, ranks } = filtration(map, size, options);
  const { beta1, ranks: known } = bettiCurves(map, size, options);
  const range = [Math.min(...map), Math.max(...map)] as const;
  const cycle = birthCycle(map, size, options);
  const death = cycle === null ? null : cycleDeath(map, size, cycle, options);
  const hole = { size, map, edges: { tails, heads, ranks }, cycle, death };
  const part = ringWindow(hole);
  return {
    caption: `The hole of one of its maps: category ${place.category ?? ''}, image ${chosen.image}`,
    hole,
    counts: beta1.subarray(0, known),
    picture: await mapPicture(windowValues(hole, part), part.side, range),
    range,
  };
}

/** Files that are gone cost a chart its hole, not all of it; where an image was asked for, that is the answer. */
async function readable<T>(read: () => Promise<T | null>, image: string | undefined): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (image !== undefined || !(error instanceof InputError)) throw error;
    return null;
  }
}
