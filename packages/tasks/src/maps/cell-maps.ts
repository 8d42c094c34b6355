import { cellKeys, checkpointCells, type Cell, type Manifest } from '@unitscope/plan';
import type { ObjectStore } from '@unitscope/store';
import { ImageLabels, openActivations, SeenMaps } from '@unitscope/tables';
import { BirthKernel } from '@unitscope/topology';
import { remoteAddress, RemoteObjects } from '../inputs/remote-objects.js';
import { openSourceFile, type OpenBytes } from '../inputs/source-files.js';
import { inputKey } from '../inputs/stored-inputs.js';
import { refuseStrangeServers } from '../sweeps/ownership/told-stores.js';
import { layerMaps, type LayerMaps } from './layer-maps.js';
import { MapMaker } from './map-maker.js';

/** Where maps come from: kept by a sweep, files of another program, or made again from checkpoint and images. */
export type MapOrigin = 'kept' | 'files' | 'made';

/** One map of a unit, and what is measured on it. */
export interface UnitMap {
  /** The label of the image. */
  readonly image: string;
  /** N × N floats, row-major. */
  readonly map: Float32Array;
  /** Raw, before any threshold; null: no birth. */
  readonly birthRank: number | null;
  /** Of the map's values. */
  readonly mean: number;
}

export interface UnitMaps {
  readonly origin: MapOrigin;
  /** N of the maps. */
  readonly size: number;
  /** In the order of the file, which for a sweep's own is the order of its images. */
  readonly maps: readonly UnitMap[];
}

export interface UnitPlace {
  readonly checkpoint: number;
  readonly layer: string | null;
  readonly category: string | null;
  readonly unit: number;
}

export interface CellMapsOptions {
  /** Whether maps that are nowhere may be made by a forward pass. */
  readonly make: boolean;
  /** At most so many maps; default: all. */
  readonly most?: number;
}

/** The feature maps of a sweep's units, wherever they are. Holds on to the network that made the last ones. */
export class CellMaps {
  readonly #manifest: Manifest;
  readonly #store: ObjectStore;
  readonly #maker: MapMaker;
  readonly #kernel: BirthKernel;
  readonly #remote = new RemoteObjects();

  /** `cache`: the folder for maps that are made; default: that of UNITSCOPE_CACHE. */
  constructor(manifest: Manifest, store: ObjectStore, cache?: string) {
    this.#manifest = manifest;
    this.#store = store;
    this.#maker = new MapMaker(manifest, store, cache);
    this.#kernel = new BirthKernel({ density: manifest.density });
  }

  get maker(): MapMaker {
    return this.#maker;
  }

  async close(): Promise<void> {
    await this.#maker.close();
  }

  /** The cell of a unit; undefined where the sweep has none. */
  cell({ checkpoint, layer, category }: Omit<UnitPlace, 'unit'>): Cell | undefined {
    return checkpointCells(this.#manifest, checkpoint).find(
      (cell) => cell.layer === layer && cell.category === category,
    );
  }

  /** The maps of a unit over the images of its category; null where they are nowhere. Throws InputErrors of the cause. */
  async ofUnit(place: UnitPlace, { make, most = Infinity }: CellMapsOptions): Promise<UnitMaps | null> {
    const cell = this.cell(place);
    if (cell === undefined) return null;
    const opened = await this.#open(cell, make);
    if (opened === null) return null;
    try {
      const { size, rows } = await unitRows(opened.sources, place.unit, most);
      const name = this.#namer(cell, opened.origin);
      const floats = size * size;
      const all = new Float32Array(rows.length * floats);
      rows.forEach(({ map }, i) => all.set(map, i * floats));
      const birthRanks = new Uint32Array(rows.length);
      const sums = new Float64Array(rows.length);
      if (rows.length > 0) this.#kernel.measure(all, size, { birthRanks, sums });
      const maps = rows.map(({ image }, i): UnitMap => ({
        image: name(image),
        map: all.subarray(i * floats, (i + 1) * floats),
        birthRank: birthRanks[i] === 0 ? null : (birthRanks[i] ?? null),
        mean: (sums[i] ?? 0) / floats,
      }));
      return { origin: opened.origin, size, maps };
    } finally {
      for (const source of opened.sources) await source.close();
    }
  }

  /** Pictures of all units of a layer over the images of a category; null where its maps are nowhere. */
  async ofLayer(
    place: Omit<UnitPlace, 'unit'>,
  ): Promise<{ readonly origin: MapOrigin; readonly maps: LayerMaps } | null> {
    const cell = this.cell(place);
    const opened = cell === undefined ? null : await this.#open(cell, true);
    if (cell === undefined || opened === null) return null;
    try {
      return {
        origin: opened.origin,
        maps: await layerMaps(opened.sources, this.#namer(cell, opened.origin)),
      };
    } finally {
      for (const source of opened.sources) await source.close();
    }
  }

  /** A sweep's own files name images by their place in the category. */
  #namer(cell: Cell, origin: MapOrigin): (label: string) => string {
    if (origin === 'files') return (label) => label;
    return (label) => cell.images?.[Number(label)]?.label ?? label;
  }

  async #open(cell: Cell, make: boolean): Promise<{ origin: MapOrigin; sources: OpenBytes[] } | null> {
    const { activations } = cellKeys(this.#manifest, cell);
    if (activations !== null && (await this.#store.head(activations)) !== undefined) {
      return { origin: 'kept', sources: [await this.#store.open(activations)] };
    }
    if (cell.files !== undefined) return { origin: 'files', sources: await this.#openFiles(cell.files) };
    if (!make || cell.images === undefined) return null;
    return { origin: 'made', sources: [await this.#maker.open(cell)] };
  }

  /** Where they were found, or from the store where they were uploaded. */
  async #openFiles(files: NonNullable<Cell['files']>): Promise<OpenBytes[]> {
    // The manifest may be of others: it does not say which servers get this user's credentials.
    const addresses = files.flatMap(({ location }) => remoteAddress(location) ?? []);
    await refuseStrangeServers(addresses, this.#store.uri);
    const sources: OpenBytes[] = [];
    for (const file of files) {
      const { identity } = file;
      const uploaded =
        'sha256' in identity && (await this.#store.head(inputKey(identity.sha256))) !== undefined;
      const inputs = uploaded ? 'store' : 'local';
      sources.push(await openSourceFile(file, { store: this.#store, remote: this.#remote, inputs }));
    }
    return sources;
  }
}

async function unitRows(
  sources: readonly OpenBytes[],
  unit: number,
  most: number,
): Promise<{ size: number; rows: { image: string; map: Float32Array }[] }> {
  const [images, seen] = [new ImageLabels(), new SeenMaps()];
  const rows: { image: string; map: Float32Array }[] = [];
  let size = 0;
  for (const source of sources) {
    const file = await openActivations(source, { images, seen });
    size = file.size;
    const floats = size * size;
    for await (const block of file.blocks()) {
      for (let i = 0; i < block.count && rows.length < most; i++) {
        if (block.units[i] !== unit) continue;
        const map = block.maps.slice(i * floats, (i + 1) * floats);
        rows.push({ image: images.label(block.images[i] ?? 0), map });
      }
      if (rows.length >= most) break;
    }
  }
  return { size, rows };
}
