import type { Layer, MapMemory, Model, OnMaps } from '@unitscope/models';
import type { Cell } from '@unitscope/plan';
import { scratchFloats, type BirthKernel } from '@unitscope/topology';
import { centredSquares } from '../resolve/centred-squares.js';
import type { ImageLoader } from '../inputs/image-loader.js';
import type { KeptActivations } from './kept-activations.js';
import type { MapMeter } from './map-meter.js';

/** Gets the maps of one cell's layer as they come: `images` images from `firstImage`, laid out as OnMaps says. */
export type OnCellMaps = (
  cell: number,
  maps: Float32Array,
  firstImage: number,
  images: number,
  block: number,
) => void | Promise<void>;

/**
 * One forward pass of one checkpoint over one category: `layers[i]` is the layer of `cells[i]`. Holds the maps of one
 * batch of images, in `memory` where the backend can write them there.
 */
export async function forwardCategory(
  model: Model,
  batchSize: number,
  loader: ImageLoader,
  cells: readonly Cell[],
  layers: readonly Layer[],
  onMaps: OnCellMaps,
  memory?: MapMemory,
): Promise<void> {
  const [first] = cells;
  if (first?.images === undefined || first.category === null) return;
  const { images, category } = first;
  const { height, width, channels } = model.input;
  const input = new Float32Array(Math.min(batchSize, images.length) * height * width * channels);
  // Other maps are cropped, which blocks are not.
  const areSquare = layers.every((layer) => layer.height === layer.width);
  const plain = memory && { reserve: memory.reserve.bind(memory) };
  const cellOf = new Map(layers.map((layer, i) => [layer.name, i]));
  for (let from = 0; from < images.length; from += batchSize) {
    const count = Math.min(batchSize, images.length - from);
    await loader.fill(input, category, images, from, count, model.input);
    const batch = input.subarray(0, count * height * width * channels);
    const onLayerMaps: OnMaps = (layer, maps, block) =>
      onMaps(cellOf.get(layer.name) ?? 0, centredSquares(maps, layer), from, count, block);
    await model.forward(batch, count, layers, onLayerMaps, areSquare ? memory : plain);
  }
}

/** In bytes: what a WebAssembly memory holds without doubt. */
const MOST_KERNEL_MEMORY = 2 ** 31;

/** The kernel's own memory: what a backend writes there is measured where it lies. `takesBlocks`: maps are measured, and nothing else. */
export function kernelMemory(kernel: BirthKernel, takesBlocks = false): MapMemory {
  return {
    takesBlocks,
    reserve: (floats, size = 0, block = 1) => {
      const scratch = block === 1 ? 0 : scratchFloats(size, block);
      return 4 * (floats + scratch) <= MOST_KERNEL_MEMORY
        ? kernel.reserve(floats, scratch)
        : new Float32Array(floats);
    },
  };
}

/** What becomes of one layer's maps as a forward pass makes them: measured, and kept where they are to be. */
export class LayerSink {
  readonly meter: MapMeter;
  readonly #kept: KeptActivations | null;
  readonly #units: number;
  readonly #place: string;
  readonly #imageName: (image: number) => string;
  #unitOfRow = new Uint32Array(0);
  #imageOfRow = new Uint32Array(0);

  constructor(meter: MapMeter, kept: KeptActivations | null, cell: Cell, checkpoint: string) {
    this.meter = meter;
    this.#kept = kept;
    this.#units = cell.units ?? 0;
    this.#imageName = (image) => cell.images?.[image]?.label ?? String(image);
    this.#place = `checkpoint ${checkpoint}, layer ${cell.layer ?? ''}, category ${cell.category ?? ''}`;
  }

  /** `block`: as OnMaps; maps that are to be kept come in no blocks. */
  async add(maps: Float32Array, firstImage: number, count: number, block = 1): Promise<void> {
    this.#number(firstImage, count);
    const [units, images] = [this.#unitOfRow, this.#imageOfRow];
    this.meter.addImages(
      maps,
      this.#units,
      units,
      images,
      (row) => `${this.#place}, image ${this.#imageName(images[row] ?? 0)}, unit ${units[row] ?? 0}`,
      block,
    );
    await this.#kept?.add(maps, units, images);
  }

  /** Numbers the rows of a batch, in arrays that serve for every batch of that many images. */
  #number(firstImage: number, count: number): void {
    const rows = count * this.#units;
    if (this.#unitOfRow.length !== rows) {
      this.#unitOfRow = new Uint32Array(rows);
      this.#imageOfRow = new Uint32Array(rows);
      for (let row = 0; row < rows; row++) this.#unitOfRow[row] = row % this.#units;
    }
    for (let image = 0; image < count; image++)
      this.#imageOfRow.fill(firstImage + image, image * this.#units, (image + 1) * this.#units);
  }

  async commit(): Promise<void> {
    await this.#kept?.commit();
  }

  async abort(): Promise<void> {
    await this.#kept?.abort();
  }
}
