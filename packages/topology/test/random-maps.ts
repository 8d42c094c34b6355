/** Uniform in [0, 1), seeded: mulberry32. */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function filled(size: number, value: () => number): Float32Array {
  return new Float32Array(size * size).map(value);
}

/** A few bumps less a bias through a ReLU: what a trained unit's map looks like. */
function blobs(size: number, random: Random): Float32Array {
  const bumps = Array.from({ length: 1 + Math.floor(5 * random()) }, () => ({
    row: size * random(),
    column: size * random(),
    width: (size / 14) * (1 + 2.5 * random()),
    height: 0.3 + 2 * random(),
  }));
  const bias = 0.3 * random();
  const map = new Float32Array(size * size);
  for (let at = 0; at < map.length; at++) {
    let value = 0.03 * gaussian(random) - bias;
    for (const { row, column, width, height } of bumps) {
      const distance = (Math.floor(at / size) - row) ** 2 + ((at % size) - column) ** 2;
      value += height * Math.exp(-distance / (2 * width * width));
    }
    map[at] = Math.max(0, value);
  }
  return map;
}

/** Keeps eleven bits of the significand, as float16 does. */
function toHalf(value: number): number {
  const bits = new Uint32Array(new Float32Array([value]).buffer);
  bits[0] = (bits[0]! + 0x1000) & 0xffffe000;
  return new Float32Array(bits.buffer)[0]!;
}

function quantised(map: Float32Array): Float32Array {
  const largest = map.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  return map.map((value) => Math.round((value / largest) * 127));
}

/** Every kind of map that the kernel has a path for, or that once broke one. */
export const kinds: Record<string, (size: number, random: Random) => Float32Array> = {
  gaussian: (size, random) => filled(size, () => gaussian(random)),
  relu: (size, random) => filled(size, () => Math.max(0, gaussian(random))),
  blobs,
  'sparse relu': (size, random) => filled(size, () => Math.max(0, gaussian(random) - 1.5)),
  'one in eight at one level': (size, random) => filled(size, () => Number(random() < 0.12)),
  'two levels': (size, random) => filled(size, () => Number(random() < 0.3)),
  'three levels': (size, random) => filled(size, () => (random() < 0.1 ? 1 : random() < 0.3 ? 0.5 : 0)),
  'few levels': (size, random) => filled(size, () => Math.floor(5 * random())),
  quarters: (size, random) => filled(size, () => Math.round(4 * gaussian(random)) / 4),
  'int8 noise': (size, random) => quantised(filled(size, () => gaussian(random))),
  'int8 blobs': (size, random) => quantised(blobs(size, random)),
  'saturated (ReLU6)': (size, random) =>
    filled(size, () => Math.min(6, Math.max(0, 3 + 4 * gaussian(random)))),
  constant: (size, random) =>
    filled(
      size,
      (
        (value) => () =>
          value
      )(gaussian(random)),
    ),
  'all zero': (size) => new Float32Array(size * size),
  'zeros of both signs': (size, random) =>
    filled(size, () => (random() < 0.6 ? (random() < 0.5 ? -0 : 0) : gaussian(random))),
  'float16 values': (size, random) => filled(size, () => toHalf(gaussian(random))),
  'negative only': (size, random) => filled(size, () => -1 - random()),
  'negative levels': (size, random) => filled(size, () => -Math.floor(6 * random())),
  'one hot': (size, random) => {
    const map = new Float32Array(size * size);
    map[Math.floor(random() * map.length)] = 1;
    return map;
  },
  'huge and tiny': (size, random) =>
    filled(size, () => gaussian(random) * 10 ** Math.floor(70 * random() - 35)),
  'closer than levels': (size, random) => filled(size, () => 1 + random() / 5000),
  'late last': (size, random) => filled(size, () => 2 ** (-24 * random())),
  'tiny only': (size, random) => filled(size, () => gaussian(random) * 1e-33),
  subnormal: (size, random) => filled(size, () => Math.max(0, gaussian(random)) * 1e-41),
  'a cycle at one level': (size, random) => {
    const map = filled(size, () => random() / 4);
    for (let at = 0; at < size; at++) map[at * size + ((at + 1) % size)] = 1;
    return map;
  },
};
