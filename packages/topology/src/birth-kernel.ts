import { type BirthOptions, rankLimit, requireDensity } from './density.js';
import { instantiateKernel, type KernelInstance } from './kernel-instance.js';
import { MapNotFiniteError } from './map-errors.js';
import { type Optimisation, optimisationBits } from './optimisation.js';
import { blockedMapCount, type MapBlocks, scratchFloats } from './map-blocks.js';
import { mapCount, requireOneMap } from './map-size.js';
import { hasHole } from './rank-cocycles.js';

/** Where a block's results go, one element a map. */
export interface MapMeasures {
  /** Raw birth ranks before any threshold, from 1; 0 = no birth. */
  readonly birthRanks: Uint32Array;
  /** The sum of the map's activations, float64, in the fixed order of docs/method.md. */
  readonly sums?: Float64Array;
  /** How many activations are zero, of either sign. */
  readonly zeros?: Uint32Array;
}

/**
 * What the kernel learns from maps about where to cut, for those that follow. No result depends on it. Maps of one layer are alike:
 * who measures several in turn keeps one for each.
 */
export interface Learnt {
  wanted: number;
  relativeGap: number;
}

export function nothingLearnt(): Learnt {
  return { wanted: 8, relativeGap: 0.25 };
}

export interface KernelOptions extends BirthOptions {
  /** Optimisations to switch off, for measuring their worth. */
  readonly without?: readonly Optimisation[];
}

/** How maps are handed to the kernel. */
interface KernelCall {
  /** Measures `asked` maps from number `done` on; says how many it has done. */
  readonly run: (kernel: KernelInstance, done: number, asked: number, limit: number, known: number) => number;
  /** Where the map number `done` lies, at which it stopped. */
  readonly mapStopped: (kernel: KernelInstance, done: number) => number;
}

/** What the kernel says when it stops within a block (assembly/index.ts). */
const NOT_FINITE = 1;

/** Floats copied in at a time where the maps lie elsewhere: 1 MiB stays in a core's cache. */
const CHUNK_FLOATS = 262_144;

/**
 * Measures blocks of maps by the WebAssembly SIMD kernel (assembly/). One per thread: it owns its memory, about
 * 5 MB and the reserved floats.
 */
export class BirthKernel {
  readonly #density: number;
  readonly #switchedOff: number;
  #kernel: KernelInstance;
  /** By size, where the caller keeps nothing. */
  readonly #learnt: Learnt[] = [];

  /** @throws DensityError */
  constructor(options: KernelOptions = {}) {
    this.#density = requireDensity(options.density);
    this.#switchedOff = (options.without ?? []).reduce((bits, name) => bits | optimisationBits[name], 0);
    this.#kernel = this.#instantiate(0);
  }

  /**
   * A view into the kernel's own memory for the caller to fill, so that `measure` copies nothing.
   * Ask once for the most that is needed: a later call for more moves to new memory, and a view of the old one is
   * then an array like any other, measured after copying.
   *
   * @param scratch floats behind them for taking blocks apart (scratchFloats), where maps in blocks will lie there
   */
  reserve(floats: number, scratch = 0): Float32Array<ArrayBuffer> {
    const whole = floats + scratch;
    if (this.#kernel.maps.length < whole) this.#kernel = this.#instantiate(whole);
    return this.#kernel.maps.subarray(0, floats);
  }

  #instantiate(floats: number): KernelInstance {
    const kernel = instantiateKernel(floats);
    kernel.switchedOff.value = this.#switchedOff;
    return kernel;
  }

  /**
   * Measures maps that lie back to back, row-major, size × size floats each. A view given by `reserve` is used
   * where it lies; any other array is copied in by chunks. `learnt` is what maps of this layer taught before, and is taught
   * by these; without it the kernel keeps one by size.
   *
   * @throws MapSizeError, MapNotFiniteError (its `index` is the map's place in `maps`); `out` is then partly written
   */
  measure(maps: Float32Array, size: number, out: MapMeasures, outOffset = 0, learnt?: Learnt): void {
    const count = mapCount(maps.length, size);
    const taught = learnt ?? (this.#learnt[size] ??= nothingLearnt());
    if (outOffset + count > out.birthRanks.length) {
      throw new RangeError(`${count} maps do not fit: ${out.birthRanks.length} places, offset ${outOffset}`);
    }
    const floats = size * size;
    if (maps.buffer === this.#kernel.buffer) {
      this.#measureHere(maps.byteOffset, size, count, 0, out, outOffset, taught);
      return;
    }
    const most = Math.max(1, Math.floor(CHUNK_FLOATS / floats));
    for (let first = 0; first < count; first += most) {
      const chunk = maps.subarray(first * floats, Math.min(first + most, count) * floats);
      const inside = this.reserve(chunk.length);
      inside.set(chunk);
      this.#measureHere(inside.byteOffset, size, chunk.length / floats, first, out, outOffset, taught);
    }
  }

  /**
   * Measures maps whose channels lie in blocks: [image][⌈units / block⌉][N·N][block], as onnxruntime's optimiser lays them out. The results
   * are those of `measure` on [image][unit][N·N], in that order; a view given by `reserve` with scratch is used where it lies.
   *
   * @throws MapSizeError, MapNotFiniteError as `measure`; `index` counts images and units
   */
  measureBlocked(
    maps: Float32Array,
    size: number,
    blocks: MapBlocks,
    out: MapMeasures,
    outOffset = 0,
    learnt?: Learnt,
  ): void {
    const images = blockedMapCount(maps.length, size, blocks) / blocks.units;
    const taught = learnt ?? (this.#learnt[size] ??= nothingLearnt());
    if (outOffset + images * blocks.units > out.birthRanks.length)
      throw new RangeError(`${images} × ${blocks.units} maps do not fit: ${out.birthRanks.length} places`);
    const scratch = scratchFloats(size, blocks.block);
    if (maps.buffer === this.#kernel.buffer && this.#hasScratch(maps, scratch)) {
      this.#measureBlocksHere(maps.byteOffset, size, blocks, images, scratch, 0, out, outOffset, taught);
      return;
    }
    const perImage = maps.length / images;
    for (let image = 0; image < images; image++) {
      const inside = this.reserve(perImage, scratch);
      inside.set(maps.subarray(image * perImage, (image + 1) * perImage));
      const first = image * blocks.units;
      this.#measureBlocksHere(inside.byteOffset, size, blocks, 1, scratch, first, out, outOffset, taught);
    }
  }

  /** Whether the end of the memory is free behind these maps. */
  #hasScratch(maps: Float32Array, scratch: number): boolean {
    const { maps: room } = this.#kernel;
    return maps.byteOffset + maps.byteLength <= room.byteOffset + 4 * (room.length - scratch);
  }

  #measureBlocksHere(
    address: number,
    size: number,
    { units, block }: MapBlocks,
    images: number,
    scratch: number,
    first: number,
    out: MapMeasures,
    offset: number,
    learnt: Learnt,
  ): void {
    const { maps: room } = this.#kernel;
    const scratchAt = room.byteOffset + 4 * (room.length - scratch);
    this.#inTurns(size, images * units, first, out, offset, learnt, {
      run: (kernel, done, asked, limit, known) =>
        kernel.measureBlocked(address, size, units, block, scratchAt, done, asked, limit, known),
      mapStopped: (kernel) => kernel.mapStopped.value,
    });
  }

  /** Measures maps inside the kernel's memory; the first of them is the caller's map number `first`. */
  #measureHere(
    address: number,
    size: number,
    count: number,
    first: number,
    out: MapMeasures,
    offset: number,
    learnt: Learnt,
  ): void {
    const bytes = 4 * size * size;
    this.#inTurns(size, count, first, out, offset, learnt, {
      run: (kernel, done, asked, limit, known) =>
        kernel.measure(address + done * bytes, size, asked, limit, known),
      mapStopped: (_, done) => address + done * bytes,
    });
  }

  /** Runs the kernel until `count` maps are done: over parts that a call takes, and over maps that it hands back. */
  #inTurns(
    size: number,
    count: number,
    first: number,
    out: MapMeasures,
    offset: number,
    learnt: Learnt,
    { run, mapStopped }: KernelCall,
  ): void {
    const kernel = this.#kernel;
    kernel.wanted.value = learnt.wanted;
    kernel.relativeGap.value = learnt.relativeGap;
    const limit = rankLimit(size, this.#density);
    let known = 0;
    for (let done = 0; done < count;) {
      const asked = Math.min(count - done, kernel.mapsACall.value);
      const measured = run(kernel, done, asked, limit, known);
      this.#copyOut(measured, out, offset + first + done);
      done += measured;
      known = 0;
      if (measured === asked) continue;
      const map = new Float32Array(kernel.buffer, mapStopped(kernel, done), size * size);
      if (kernel.stopped.value === NOT_FINITE) throw notFinite(map, size, first + done);
      // A tie of too many unknowns for the kernel is decided here, and the map goes through again.
      const rank = kernel.rankInDoubt.value;
      known = hasHole(map, size, rank) ? -rank : rank;
    }
    learnt.wanted = kernel.wanted.value;
    learnt.relativeGap = kernel.relativeGap.value;
  }

  #copyOut(count: number, out: MapMeasures, offset: number): void {
    const { buffer, birthRanks, sums, zeroCounts } = this.#kernel;
    out.birthRanks.set(new Uint32Array(buffer, birthRanks.value, count), offset);
    out.sums?.set(new Float64Array(buffer, sums.value, count), offset);
    out.zeros?.set(new Uint32Array(buffer, zeroCounts.value, count), offset);
  }
}

function notFinite(map: Float32Array, size: number, index: number): MapNotFiniteError {
  const at = map.findIndex((value) => !Number.isFinite(value));
  return new MapNotFiniteError(index, Math.floor(at / size), at % size, map[at]!);
}

let shared: { readonly density: number | undefined; readonly kernel: BirthKernel } | undefined;

/**
 * The birth rank of one map by the kernel; for many maps use BirthKernel.
 *
 * @param map size × size finite floats, row-major
 * @returns the raw rank (1 = the largest weight), before any threshold; null = no birth
 * @throws MapSizeError, MapNotFiniteError, DensityError
 */
export function birthRank(map: Float32Array, size: number, options: BirthOptions = {}): number | null {
  requireOneMap(map.length, size);
  if (shared?.density !== options.density) shared = undefined;
  shared ??= { density: options.density, kernel: new BirthKernel(options) };
  const out = { birthRanks: new Uint32Array(1) };
  shared.kernel.measure(map, size, out);
  return out.birthRanks[0] || null;
}
