const EMPTY = 0xffff_ffff;
const WORDS = 8;

/**
 * The (unit, image) pairs seen so far, across batches and files that share their image codes. A page holds
 * 256 images of one unit as bits: about two bits a pair where units saw many images, 56 bytes at worst.
 */
export class SeenMaps {
  private units = new Uint32Array(64);
  private groups = new Uint32Array(64);
  private bits = new Uint32Array(64 * WORDS);
  private pages = 0;
  private slots = new Uint32Array(256).fill(EMPTY);
  private last = EMPTY;

  /** Adds a pair; false when it was there. */
  add(unit: number, image: number): boolean {
    const group = image >>> 8;
    let page = this.last;
    if (page === EMPTY || this.units[page] !== unit || this.groups[page] !== group) {
      page = this.find(unit, group);
      this.last = page;
    }
    const word = page * WORDS + ((image >>> 5) & 7);
    const bit = 1 << (image & 31);
    const old = this.bits[word] as number;
    this.bits[word] = old | bit;
    return (old & bit) === 0;
  }

  private find(unit: number, group: number): number {
    const mask = this.slots.length - 1;
    let slot = slotOf(unit, group) & mask;
    for (;;) {
      const page = this.slots[slot] as number;
      if (page === EMPTY) break;
      if (this.units[page] === unit && this.groups[page] === group) return page;
      slot = (slot + 1) & mask;
    }
    if (this.pages === this.units.length) this.grow();
    this.units[this.pages] = unit;
    this.groups[this.pages] = group;
    this.slots[slot] = this.pages++;
    if (2 * this.pages > this.slots.length) this.rehash();
    return this.pages - 1;
  }

  private grow(): void {
    const capacity = Math.ceil(1.5 * this.pages);
    const [units, groups] = [new Uint32Array(capacity), new Uint32Array(capacity)];
    const bits = new Uint32Array(capacity * WORDS);
    units.set(this.units);
    groups.set(this.groups);
    bits.set(this.bits);
    [this.units, this.groups, this.bits] = [units, groups, bits];
  }

  private rehash(): void {
    const slots = new Uint32Array(2 * this.slots.length).fill(EMPTY);
    const mask = slots.length - 1;
    for (let page = 0; page < this.pages; page++) {
      let slot = slotOf(this.units[page] as number, this.groups[page] as number) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = page;
    }
    this.slots = slots;
  }
}

function slotOf(unit: number, group: number): number {
  let hash = Math.imul(unit, 0x9e37_79b1) ^ Math.imul(group + 1, 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0xc2b2_ae35);
  return (hash ^ (hash >>> 13)) >>> 0;
}
