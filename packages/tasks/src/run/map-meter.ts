import { BirthKernel, MapNotFiniteError, nothingLearnt, type MapBlocks } from '@unitscope/topology';
import { MapValueError } from '../errors.js';
import { UnitAccumulator } from './unit-accumulator.js';

/** The births of every map that was measured, in the order in which they came. */
export interface BirthRows {
  readonly units: Uint32Array;
  /** Codes of the images. */
  readonly images: Uint32Array;
  /** Raw birth ranks; 0 = no birth. */
  readonly ranks: Uint32Array;
}

/** Says which unit and image a row of the block is of, and where it stands. */
export type Place = (row: number) => string;

/** Measures the maps of one cell, block by block, and gathers what its unit object holds. */
export class MapMeter {
  readonly units: UnitAccumulator;
  /** Maps measured so far. */
  maps = 0;
  readonly #kernel: BirthKernel;
  readonly #size: number;
  /** The kernel measures the cells of a pass in turn: each keeps what its own maps teach. */
  readonly #learnt = nothingLearnt();
  readonly #births: { units: Uint32Array; images: Uint32Array; ranks: Uint32Array }[] | null;
  #out = { birthRanks: new Uint32Array(0), sums: new Float64Array(0), zeros: new Uint32Array(0) };

  constructor(kernel: BirthKernel, size: number, keepBirths: boolean) {
    this.#kernel = kernel;
    this.#size = size;
    this.units = new UnitAccumulator(size);
    this.#births = keepBirths ? [] : null;
  }

  /** Adds maps of size × size that lie back to back; `place` names a row. Throws MapValueError for NaN and infinities. */
  add(maps: Float32Array, units: Uint32Array, images: Uint32Array, place: Place): void {
    this.#measure(maps, units.length, place);
    const { birthRanks, sums, zeros } = this.#out;
    this.units.add(units.length, units, birthRanks, sums, zeros);
    this.#keep(units, images);
  }

  /** Adds the maps of whole images: row i is a map of unit i % `perImage`; in blocks of channels where `block` is above 1. As `add`, and faster. */
  addImages(
    maps: Float32Array,
    perImage: number,
    units: Uint32Array,
    images: Uint32Array,
    place: Place,
    block = 1,
  ): void {
    this.#measure(maps, units.length, place, block === 1 ? undefined : { units: perImage, block });
    const { birthRanks, sums, zeros } = this.#out;
    if (!this.units.addImages(units.length / perImage, perImage, birthRanks, sums, zeros))
      this.units.add(units.length, units, birthRanks, sums, zeros);
    this.#keep(units, images);
  }

  #measure(maps: Float32Array, count: number, place: Place, blocks?: MapBlocks): void {
    if (this.#out.birthRanks.length < count) {
      this.#out = {
        birthRanks: new Uint32Array(count),
        sums: new Float64Array(count),
        zeros: new Uint32Array(count),
      };
    }
    try {
      if (blocks === undefined) this.#kernel.measure(maps, this.#size, this.#out, 0, this.#learnt);
      else this.#kernel.measureBlocked(maps, this.#size, blocks, this.#out, 0, this.#learnt);
    } catch (error) {
      if (!(error instanceof MapNotFiniteError)) throw error;
      const { index, row, column, value } = error;
      throw new MapValueError(
        `${place(index)}: the map holds ${value} at row ${row}, column ${column}; expected finite numbers`,
        { cause: error },
      );
    }
  }

  #keep(units: Uint32Array, images: Uint32Array): void {
    const ranks = this.#out.birthRanks;
    this.#births?.push({
      units: units.slice(),
      images: images.slice(),
      ranks: ranks.slice(0, units.length),
    });
    this.maps += units.length;
  }

  /** The births of all maps, where they were to be kept. */
  births(): BirthRows | null {
    if (this.#births === null) return null;
    const rows = {
      units: new Uint32Array(this.maps),
      images: new Uint32Array(this.maps),
      ranks: new Uint32Array(this.maps),
    };
    let at = 0;
    for (const block of this.#births) {
      rows.units.set(block.units, at);
      rows.images.set(block.images, at);
      rows.ranks.set(block.ranks, at);
      at += block.units.length;
    }
    return rows;
  }
}
