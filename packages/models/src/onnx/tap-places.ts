import type { BlockedNetwork } from '../c-api/blocked-network.js';
import type { Tap } from '../graph/taps.js';
import type { Layer } from '../layer.js';
import type { MapMemory } from '../model.js';
import type { Floats } from './network-session.js';

/** Floats of a line of cache. */
const ALIGNMENT = 16;

type PlacedTap = Pick<Tap, 'channelsLast' | 'flat'> & { readonly output: string };

/** Where an output lies in a run, and in blocks of how many channels; 1 is none. */
export function tensorOf(network: BlockedNetwork | null, output: string): { name: string; block: number } {
  if (network === null) return { name: output, block: 1 };
  const { name, isBlocked } = network.tensorOf(output);
  return { name, block: isBlocked ? network.block : 1 };
}

/** What the places of a pass depend on. */
interface Pass {
  readonly layers: readonly Layer[];
  readonly count: number;
  readonly network: BlockedNetwork | null;
}

/** What a pass writes, and how much memory that takes. */
interface Plan extends Pass {
  readonly taps: readonly {
    readonly name: string;
    readonly floats: number;
    readonly dims: readonly number[];
  }[];
  readonly floats: number;
  /** Of the largest maps in blocks; 0 is none. */
  readonly size: number;
}

/** Places in the caller's memory for the taps of a network, which onnxruntime fills. */
export class TapPlaces {
  #plan: Plan | null = null;
  #whole: Float32Array = new Float32Array(0);
  #places: Readonly<Record<string, Floats>> = {};
  #turned = new Float32Array(0);

  constructor(private readonly tapAt: (layer: Layer) => PlacedTap) {}

  /** The same places again are the same object, over which a session has its tensors already. */
  of(
    layers: readonly Layer[],
    count: number,
    memory: MapMemory,
    network: BlockedNetwork | null,
  ): Readonly<Record<string, Floats>> {
    const pass = { layers, count, network };
    const last = this.#plan;
    const plan = last !== null && isSamePass(last, pass) ? last : this.#planOf(pass);
    const whole = memory.reserve(plan.floats, plan.size, network?.block);
    const isHere = whole.buffer === this.#whole.buffer && whole.byteOffset === this.#whole.byteOffset;
    if (plan !== last || !isHere) this.#places = placesIn(whole, plan);
    [this.#plan, this.#whole] = [plan, whole];
    return this.#places;
  }

  /** Where the images of a pass are turned: the same memory for each, as the maps are written to the same places. */
  turned(floats: number): Float32Array {
    if (this.#turned.length < floats) this.#turned = new Float32Array(floats);
    return this.#turned.subarray(0, floats);
  }

  #planOf({ layers, count, network }: Pass): Plan {
    const byTap = new Map(layers.map((layer) => [this.tapAt(layer).output, layer]));
    let size = 0;
    const taps = [...byTap].map(([output, layer]) => {
      const { name, block } = tensorOf(network, output);
      if (block > 1) size = Math.max(size, layer.height);
      const units = Math.ceil(layer.units / block) * block;
      const dims = [count, ...sizesOf(layer, units, this.tapAt(layer))];
      return { name, floats: count * units * layer.height * layer.width, dims };
    });
    const floats = taps.reduce((sum, tap) => sum + room(tap.floats), ALIGNMENT);
    return { layers, count, network, taps, floats, size };
  }
}

function placesIn(whole: Float32Array, { taps }: Plan): Readonly<Record<string, Floats>> {
  const [line, rest] = [4 * ALIGNMENT, whole.byteOffset % (4 * ALIGNMENT)];
  let at = rest === 0 ? 0 : (line - rest) / 4;
  return Object.fromEntries(
    taps.map(({ name, floats, dims }) => {
      const data = whole.subarray(at, at + floats);
      at += room(floats);
      return [name, { data, dims }];
    }),
  );
}

/** Aligned as onnxruntime's own: vector code that begins elsewhere may end in other bits. */
function room(floats: number): number {
  return Math.ceil(floats / ALIGNMENT) * ALIGNMENT;
}

function sizesOf({ height, width }: Layer, units: number, { channelsLast, flat }: PlacedTap): number[] {
  const pixels = flat === undefined ? [height, width] : [height * width];
  return channelsLast ? [...pixels, units] : [units, ...pixels];
}

function isSamePass(last: Pass, { layers, count, network }: Pass): boolean {
  return (
    last.count === count &&
    last.network === network &&
    last.layers.length === layers.length &&
    last.layers.every((layer, i) => layer === layers[i])
  );
}
