import { openActivations, ImageLabels, SeenMaps } from '@unitscope/tables';
import type { OpenBytes } from '../inputs/source-files.js';

/** What is shown of each unit of a layer in one category: pictures of a few cells, not numbers. */
export interface LayerMaps {
  /** Of the pictures: N, or what N was pooled to. */
  readonly side: number;
  readonly size: number;
  readonly units: readonly UnitPicture[];
}

export interface UnitPicture {
  readonly unit: number;
  /** The mean of the unit's maps, side × side. */
  readonly mean: Float32Array;
  /** The map of the image on which the unit is most active. */
  readonly top: Float32Array;
  readonly topImage: string;
}

/** Larger maps are pooled: a small multiple has no more pixels. */
const MOST_SIDE = 32;

interface Sums {
  readonly sum: Float64Array;
  top: Float32Array;
  topMean: number;
  topImage: number;
  maps: number;
}

/** Goes through the files of a cell once. */
export async function layerMaps(
  sources: readonly OpenBytes[],
  name: (label: string) => string,
): Promise<LayerMaps> {
  const [images, seen] = [new ImageLabels(), new SeenMaps()];
  const units = new Map<number, Sums>();
  let [size, side] = [0, 0];
  for (const source of sources) {
    const file = await openActivations(source, { images, seen });
    size = file.size;
    side = Math.min(size, MOST_SIDE);
    const floats = size * size;
    for await (const block of file.blocks()) {
      for (let i = 0; i < block.count; i++) {
        const map = pooled(block.maps.subarray(i * floats, (i + 1) * floats), size, side);
        add(units, block.units[i] ?? 0, map, block.images[i] ?? 0);
      }
    }
  }
  const pictures = [...units]
    .sort(([a], [b]) => a - b)
    .map(([unit, { sum, maps, top, topImage }]): UnitPicture => ({
      unit,
      mean: Float32Array.from(sum, (value) => value / maps),
      top,
      topImage: name(images.label(topImage)),
    }));
  return { size, side, units: pictures };
}

function add(units: Map<number, Sums>, unit: number, map: Float32Array, image: number): void {
  let sums = units.get(unit);
  if (sums === undefined) {
    sums = { sum: new Float64Array(map.length), top: map, topMean: -Infinity, topImage: image, maps: 0 };
    units.set(unit, sums);
  }
  let total = 0;
  map.forEach((value, at) => {
    sums.sum[at] = (sums.sum[at] ?? 0) + value;
    total += value;
  });
  sums.maps++;
  if (total / map.length <= sums.topMean) return;
  sums.topMean = total / map.length;
  sums.top = map;
  sums.topImage = image;
}

/** Means of the cells that fall into one of side × side; a copy where nothing is pooled. */
function pooled(map: Float32Array, size: number, side: number): Float32Array {
  if (side === size) return map.slice();
  const small = new Float32Array(side * side);
  const counts = new Uint32Array(side * side);
  for (let row = 0; row < size; row++) {
    const to = Math.floor((row * side) / size) * side;
    for (let column = 0; column < size; column++) {
      const at = to + Math.floor((column * side) / size);
      small[at] = (small[at] ?? 0) + (map[row * size + column] ?? 0);
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  return small.map((value, at) => value / (counts[at] ?? 1));
}
