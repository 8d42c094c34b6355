/** mulberry32: a small generator of 32-bit state, seeded by a text through FNV-1a. */
function generator(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const char of seed) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The numbers 0 … count − 1 in an order that the seed decides (Fisher–Yates). */
export function seededShuffle(count: number, seed: string): number[] {
  const random = generator(seed);
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

/** `count` whole numbers from 0 to below `bound`, uniform, decided by the seed. */
export function seededWholeNumbers(count: number, bound: number, seed: string): number[] {
  const random = generator(seed);
  return Array.from({ length: count }, () => Math.floor(random() * bound));
}

/** `count` values from 0 to below 1, uniform, decided by the seed. */
export function seededUniforms(count: number, seed: string): Float32Array<ArrayBuffer> {
  const random = generator(seed);
  return Float32Array.from({ length: count }, random);
}

/** `count` standard normal values decided by the seed (Box and Muller). */
export function seededNormals(count: number, seed: string): Float32Array<ArrayBuffer> {
  const random = generator(seed);
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
  });
}
