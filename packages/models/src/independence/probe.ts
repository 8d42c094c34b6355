import { croppable, type Layer } from '../layer.js';
import type { Model } from '../model.js';
import { imagePrint, relativeDifference, type ImagePrint } from './image-prints.js';
import { batchOf, noiseImage } from './noise.js';

/**
 * What an image's maps depend on besides the image: `others` of its batch; how many they are (`size`); `chance`, where
 * the same batch gives other maps each time.
 */
export interface Dependence {
  readonly on: 'others' | 'size' | 'chance';
  /** The first layer that shows it. */
  readonly layer: Layer;
}

/** By how much of the largest value a rounding may move maps: the same values are added in another order. */
const LAST_BITS = 1e-5;
/** One image's maps against the same among others: as much, after many layers. */
const MANY_LAST_BITS = 1e-3;

/** Looks whether an image has the same maps alone and among others, on noise. Null where it has. */
export async function dependence(model: Model): Promise<Dependence | null> {
  const probe = new Probe(model);
  if (probe.layers.length === 0) return null;
  const [a, b, c] = [0, 1, 2].map((which) => noiseImage(probe.floats, which));
  if (a === undefined || b === undefined || c === undefined) return null;
  const first = await probe.prints([a, b]);
  // Each place of the batch is looked at with another neighbour: the arithmetic is the same, and so is every bit.
  for (const [other, place] of [
    [[a, c], 0],
    [[c, b], 1],
  ] as const) {
    const second = await probe.prints(other);
    const layer = await probe.differing(first, second, place, [a, b], other);
    if (layer !== null) return { on: (await chance(model)) === null ? 'others' : 'chance', layer };
  }
  for (const [image, place] of [
    [a, 0],
    [b, 1],
  ] as const) {
    const alone = await probe.prints([image]);
    const layer = probe.layers.find((one) => {
      const [mine, among] = [alone.get(one)?.[0], first.get(one)?.[place]];
      if (mine === undefined || among === undefined) return false;
      return relativeDifference(among.sample, mine.sample, mine.largest) > MANY_LAST_BITS;
    });
    if (layer !== undefined) return { on: 'size', layer };
  }
  return null;
}

/** Looks whether an image by itself has the same maps each time. */
export async function chance(model: Model): Promise<Dependence | null> {
  const probe = new Probe(model);
  const image = noiseImage(probe.floats, 0);
  if (probe.layers.length === 0) return null;
  const [first, second] = [await probe.prints([image]), await probe.prints([image])];
  const layer = await probe.differing(first, second, 0, [image], [image]);
  return layer === null ? null : { on: 'chance', layer };
}

type Prints = ReadonlyMap<Layer, readonly ImagePrint[]>;

class Probe {
  readonly layers: readonly Layer[];
  readonly floats: number;

  constructor(private readonly model: Model) {
    const { height, width, channels } = model.input;
    this.floats = height * width * channels;
    this.layers = model.layers.filter((layer) => croppable(layer, 'crop').measurable);
  }

  async prints(images: readonly Float32Array[]): Promise<Prints> {
    const found = new Map<Layer, ImagePrint[]>();
    await this.model.forward(batchOf(images), images.length, this.layers, (layer, maps) => {
      const each = maps.length / images.length;
      found.set(
        layer,
        images.map((_, i) => imagePrint(maps.subarray(i * each, (i + 1) * each))),
      );
    });
    return found;
  }

  /** The first layer in which the image at `place` has other maps, by more than the last bits. */
  async differing(
    first: Prints,
    second: Prints,
    place: number,
    firstImages: readonly Float32Array[],
    secondImages: readonly Float32Array[],
  ): Promise<Layer | null> {
    for (const layer of this.layers) {
      if (first.get(layer)?.[place]?.digest === second.get(layer)?.[place]?.digest) continue;
      const expected = await this.maps(layer, firstImages, place);
      const found = await this.maps(layer, secondImages, place);
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      if (relativeDifference(found, expected, largest) > LAST_BITS) return layer;
    }
    return null;
  }

  private async maps(layer: Layer, images: readonly Float32Array[], place: number): Promise<Float32Array> {
    let found = new Float32Array();
    await this.model.forward(batchOf(images), images.length, [layer], (_, maps) => {
      const each = maps.length / images.length;
      found = maps.slice(place * each, (place + 1) * each);
    });
    return found;
  }
}
