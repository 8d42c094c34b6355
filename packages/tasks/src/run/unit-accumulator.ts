import type { BirthHistogram } from '@unitscope/entropy';

/** Ranks that are counted in an array, where maps have so many. */
const SHORT = 128;
/** Unit numbers below it find their slot in an array, the others in a map. */
const DENSE = 1 << 16;

/** Images whose births wait to be counted. */
const PENDING = 64;

/** What is gathered of one layer's units over the images of one category. Struct of arrays, one slot a unit. */
export class UnitAccumulator {
  #slots = 0;
  #capacity = 0;
  /** Slot + 1 of the units below DENSE, 0 = none yet; grown as units come. */
  #denseSlots = new Uint32Array(0);
  readonly #otherSlots = new Map<number, number>();
  #images = new Uint32Array(0);
  #sums = new Float64Array(0);
  #zeros = new Float64Array(0);
  /** Counts of the ranks 1 … #short; the few later ones are in #late, by slot and rank. */
  #counts = new Uint32Array(0);
  readonly #late = new Map<number, Map<number, number>>();
  /** Births of whole images, one row an image: counted by columns, so that a unit's counts are touched once in PENDING images. */
  #pending = new Uint32Array(0);
  #pendingImages = 0;
  /** Units of each whole image, whose slots are their numbers; 0 = none came yet. */
  #wholeUnits = 0;
  readonly #pixels: number;
  readonly #short: number;

  /** Of maps of size × size. */
  constructor(size: number) {
    this.#pixels = size * size;
    // No rank comes after the last edge: small maps need less.
    this.#short = Math.min(SHORT, (size * (size - 1)) / 2);
  }

  /**
   * Adds the maps of `images` whole images, row by row: row i is a map of unit i % `units`. Says whether it did; it does not where rows
   * of other units came before, which `add` takes.
   */
  addImages(
    images: number,
    units: number,
    births: Uint32Array,
    sums: Float64Array,
    zeros: Uint32Array,
  ): boolean {
    if (this.#wholeUnits !== units && !this.#prepare(units)) return false;
    const [allSums, allZeros] = [this.#sums, this.#zeros];
    for (let image = 0, row = 0; image < images; image++, row += units) {
      if (this.#pendingImages === PENDING) this.#count();
      this.#pending.set(births.subarray(row, row + units), this.#pendingImages++ * units);
      for (let unit = 0; unit < units; unit++) {
        allSums[unit] = (allSums[unit] ?? 0) + (sums[row + unit] ?? 0);
        allZeros[unit] = (allZeros[unit] ?? 0) + (zeros[row + unit] ?? 0);
      }
    }
    return true;
  }

  #prepare(units: number): boolean {
    if (this.#slots > 0 || units > DENSE) return false;
    this.#reserve(units);
    this.#denseSlots = new Uint32Array(units);
    for (let unit = 0; unit < units; unit++) this.#denseSlots[unit] = unit + 1;
    this.#slots = this.#wholeUnits = units;
    this.#pending = new Uint32Array(PENDING * units);
    return true;
  }

  #count(): void {
    const [units, end] = [this.#wholeUnits, this.#wholeUnits * this.#pendingImages];
    for (let unit = 0; unit < units; unit++) {
      for (let at = unit; at < end; at += units) this.#addBirth(unit, this.#pending[at] ?? 0);
      this.#images[unit] = (this.#images[unit] ?? 0) + this.#pendingImages;
    }
    this.#pendingImages = 0;
  }

  #addBirth(slot: number, birth: number): void {
    if (birth > this.#short) this.#addLate(slot, birth);
    else if (birth > 0) {
      const at = slot * this.#short + birth - 1;
      this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    }
  }

  /** Adds `count` maps: row i is a map of unit `units[i]` with this birth rank (0 = none), sum and number of zeros. */
  add(count: number, units: Uint32Array, births: Uint32Array, sums: Float64Array, zeros: Uint32Array): void {
    for (let i = 0; i < count; i++) {
      const slot = this.#slotFor(units[i] ?? 0);
      this.#images[slot] = (this.#images[slot] ?? 0) + 1;
      this.#sums[slot] = (this.#sums[slot] ?? 0) + (sums[i] ?? 0);
      this.#zeros[slot] = (this.#zeros[slot] ?? 0) + (zeros[i] ?? 0);
      this.#addBirth(slot, births[i] ?? 0);
    }
  }

  /** The units seen, ascending, each with its histogram; means are over all values of its maps. */
  *finish(): Generator<GatheredUnit> {
    this.#count();
    const order = this.#order();
    for (const [unit, slot] of order) {
      const images = this.#images[slot] ?? 0;
      yield {
        unit,
        images,
        activationMean: (this.#sums[slot] ?? 0) / (images * this.#pixels),
        zeros: this.#zeros[slot] ?? 0,
        histogram: this.#histogram(slot),
      };
    }
  }

  /** Units and their slots, by unit. */
  #order(): [number, number][] {
    const order: [number, number][] = [];
    this.#denseSlots.forEach((slot, unit) => {
      if (slot > 0) order.push([unit, slot - 1]);
    });
    return [...order, ...[...this.#otherSlots].sort(([a], [b]) => a - b)];
  }

  #histogram(slot: number): BirthHistogram {
    const pairs: [number, number][] = [];
    for (let rank = 1; rank <= this.#short; rank++) {
      const count = this.#counts[slot * this.#short + rank - 1] ?? 0;
      if (count > 0) pairs.push([rank, count]);
    }
    pairs.push(...[...(this.#late.get(slot) ?? [])].sort(([a], [b]) => a - b));
    return {
      ranks: Uint32Array.from(pairs, ([rank]) => rank),
      counts: Uint32Array.from(pairs, ([, count]) => count),
    };
  }

  #addLate(slot: number, birth: number): void {
    let counts = this.#late.get(slot);
    if (counts === undefined) this.#late.set(slot, (counts = new Map<number, number>()));
    counts.set(birth, (counts.get(birth) ?? 0) + 1);
  }

  #slotFor(unit: number): number {
    const dense = this.#denseSlots[unit] ?? 0;
    return dense > 0 ? dense - 1 : (this.#otherSlots.get(unit) ?? this.#newSlot(unit));
  }

  #newSlot(unit: number): number {
    const slot = this.#slots++;
    if (slot === this.#capacity) this.#reserve(Math.max(64, this.#capacity * 2));
    if (unit >= DENSE) {
      this.#otherSlots.set(unit, slot);
      return slot;
    }
    if (unit >= this.#denseSlots.length) {
      const length = Math.min(DENSE, Math.max(64, 2 * unit));
      this.#denseSlots = enlarge(this.#denseSlots, new Uint32Array(length));
    }
    this.#denseSlots[unit] = slot + 1;
    return slot;
  }

  #reserve(capacity: number): void {
    this.#capacity = capacity;
    this.#images = enlarge(this.#images, new Uint32Array(this.#capacity));
    this.#sums = enlarge(this.#sums, new Float64Array(this.#capacity));
    this.#zeros = enlarge(this.#zeros, new Float64Array(this.#capacity));
    this.#counts = enlarge(this.#counts, new Uint32Array(this.#capacity * this.#short));
  }
}

export interface GatheredUnit {
  readonly unit: number;
  /** m: its maps. */
  readonly images: number;
  readonly activationMean: number;
  /** Values that are zero, over all its maps. */
  readonly zeros: number;
  readonly histogram: BirthHistogram;
}

function enlarge<T extends Uint32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
