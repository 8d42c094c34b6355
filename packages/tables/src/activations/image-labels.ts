const EMPTY = 0xffff_ffff;

/**
 * The images of one or several activation files, each label once. A code is the position at which a label was
 * first seen; files that share one ImageLabels share their codes. Labels are kept as bytes: a text is made
 * when it is asked for.
 */
export class ImageLabels {
  private bytes = new Uint8Array(4096);
  /** Label `c` is bytes `ends[c − 1]` to `ends[c]`. */
  private ends = new Uint32Array(256);
  private count = 0;
  private slots = new Uint32Array(1024).fill(EMPTY);
  private readonly integers = new Map<number | bigint, number>();

  get size(): number {
    return this.count;
  }

  /** The code of the UTF-8 label `source[from … to)`. */
  codeOf(source: Uint8Array, from: number, to: number): number {
    let hash = 0x811c_9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (source[i] as number), 0x0100_0193);
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const code = this.slots[slot] as number;
      if (code === EMPTY) return this.insert(source, from, to, slot);
      if (this.equals(code, source, from, to)) return code;
      slot = (slot + 1) & mask;
    }
  }

  /** The code of an image that is given by number: its decimal text. */
  codeOfInteger(value: number | bigint): number {
    const known = this.integers.get(value);
    if (known !== undefined) return known;
    const text = new TextEncoder().encode(value.toString());
    const code = this.codeOf(text, 0, text.length);
    // Enough for every real set of images, and far below the size at which a Map fails.
    if (this.integers.size < 2 ** 20) this.integers.set(value, code);
    return code;
  }

  label(code: number): string {
    if (code >= this.count) throw new RangeError(`no image has code ${code}`);
    return new TextDecoder().decode(this.bytes.subarray(this.start(code), this.ends[code]));
  }

  /** Every label, by code. */
  list(): string[] {
    return Array.from({ length: this.count }, (_, code) => this.label(code));
  }

  private start(code: number): number {
    return code === 0 ? 0 : (this.ends[code - 1] as number);
  }

  private equals(code: number, source: Uint8Array, from: number, to: number): boolean {
    let at = this.start(code);
    if ((this.ends[code] as number) - at !== to - from) return false;
    for (let i = from; i < to; i++, at++) if (this.bytes[at] !== source[i]) return false;
    return true;
  }

  private insert(source: Uint8Array, from: number, to: number, slot: number): number {
    const start = this.count === 0 ? 0 : (this.ends[this.count - 1] as number);
    const end = start + to - from;
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.bytes.length));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    if (this.count === this.ends.length) {
      const grown = new Uint32Array(2 * this.count);
      grown.set(this.ends);
      this.ends = grown;
    }
    this.bytes.set(source.subarray(from, to), start);
    this.ends[this.count] = end;
    this.slots[slot] = this.count;
    this.count++;
    if (2 * this.count > this.slots.length) this.rehash();
    return this.count - 1;
  }

  private rehash(): void {
    const slots = new Uint32Array(2 * this.slots.length).fill(EMPTY);
    const mask = slots.length - 1;
    for (let code = 0; code < this.count; code++) {
      let hash = 0x811c_9dc5;
      for (let i = this.start(code), to = this.ends[code] as number; i < to; i++) {
        hash = Math.imul(hash ^ (this.bytes[i] as number), 0x0100_0193);
      }
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.slots = slots;
  }
}
