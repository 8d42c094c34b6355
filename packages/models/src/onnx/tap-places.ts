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

/** Where the maps of a pass are written, and what for. */
interface Places {
  readonly whole: Float32Array;
  readonly count: number;
  readonly network: BlockedNetwork | null;
  readonly layers: readonly Layer[];
  readonly places: Readonly<Record<string, Floats>>;
}

/** Places in the caller's memory for the taps of a network, which onnxruntime fills. */
export class TapPlaces {
  #last: Places | null = null;

  constructor(private readonly tapAt: (layer: Layer) => PlacedTap) {}

  /** The same places again are the same object, over which a session has its tensors already. */
  of(
    layers: readonly Layer[],
    count: number,
    memory: MapMemory,
    network: BlockedNetwork | null,
  ): Readonly<Record<string, Floats>> {
    const byTap = new Map(layers.map((layer) => [this.tapAt(layer).output, layer]));
    const taps = [...byTap].map(([output, layer]) => {
      const { name, block } = tensorOf(network, output);
      const units = Math.ceil(layer.units / block) * block;
      return { name, layer, block, units, floats: count * units * layer.height * layer.width };
    });
    const size = Math.max(0, ...taps.map(({ layer, block }) => (block === 1 ? 0 : layer.height)));
    const floats = taps.reduce((sum, tap) => sum + room(tap.floats), ALIGNMENT);
    const whole = memory.reserve(floats, size, network?.block);
    if (this.#last !== null && isSame(this.#last, whole, layers, count, network)) return this.#last.places;
    const [line, rest] = [4 * ALIGNMENT, whole.byteOffset % (4 * ALIGNMENT)];
    let at = rest === 0 ? 0 : (line - rest) / 4;
    const places = Object.fromEntries(
      taps.map(({ name, layer, units, floats: own }) => {
        const data = whole.subarray(at, at + own);
        at += room(own);
        return [name, { data, dims: [count, ...sizesOf(layer, units, this.tapAt(layer))] }];
      }),
    );
    this.#last = { whole, count, network, layers, places };
    return places;
  }
}

/** Aligned as onnxruntime's own: vector code that begins elsewhere may end in other bits. */
function room(floats: number): number {
  return Math.ceil(floats / ALIGNMENT) * ALIGNMENT;
}

function sizesOf({ height, width }: Layer, units: number, { channelsLast, flat }: PlacedTap): number[] {
  const pixels = flat === undefined ? [height, width] : [height * width];
  return channelsLast ? [...pixels, units] : [units, ...pixels];
}

function isSame(
  last: Places,
  whole: Float32Array,
  layers: readonly Layer[],
  count: number,
  network: BlockedNetwork | null,
): boolean {
  return (
    last.whole.buffer === whole.buffer &&
    last.whole.byteOffset === whole.byteOffset &&
    last.count === count &&
    last.network === network &&
    last.layers.length === layers.length &&
    last.layers.every((layer, i) => layer === layers[i])
  );
}
