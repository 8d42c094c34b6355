/**
 * A column over Z/2 as a binary min-heap of row keys in which a key counts by the parity of its copies:
 * adding two columns is pushing both (Ripser's representation).
 */
export class CoboundaryColumn {
  #keys = new Int32Array(1024);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  push(key: number): void {
    if (this.#length === this.#keys.length) {
      const larger = new Int32Array(2 * this.#length);
      larger.set(this.#keys);
      this.#keys = larger;
    }
    const keys = this.#keys;
    let at = this.#length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (keys[parent]! <= key) break;
      keys[at] = keys[parent]!;
      at = parent;
    }
    keys[at] = key;
  }

  /** The smallest key of odd count, left in the column; −1 if the column is zero. */
  pivot(): number {
    while (this.#length > 0) {
      const key = this.#pop();
      if (this.#length > 0 && this.#keys[0] === key) this.#pop();
      else {
        this.push(key);
        return key;
      }
    }
    return -1;
  }

  #pop(): number {
    const keys = this.#keys;
    const top = keys[0]!;
    const last = keys[--this.#length]!;
    const length = this.#length;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= last) break;
      keys[at] = keys[child]!;
      at = child;
    }
    keys[at] = last;
    return top;
  }
}
