// The inputs of the kernel's benchmark, seeded.
import { existsSync, readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';

function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const gaussian = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A few bumps less a bias, a little noise, through a ReLU: what a trained unit's map looks like. */
function blobs(map, size, random) {
  const bumps = Array.from({ length: 2 + Math.floor(4 * random()) }, () => ({
    row: size * random(),
    column: size * random(),
    width: (size / 14) * (1 + 2.5 * random()),
    height: 0.3 + 2 * random(),
  }));
  const bias = 0.2 * random();
  for (let at = 0; at < map.length; at++) {
    let value = 0.03 * gaussian(random) - bias;
    for (const { row, column, width, height } of bumps) {
      const distance = (Math.floor(at / size) - row) ** 2 + ((at % size) - column) ** 2;
      value += height * Math.exp(-distance / (2 * width * width));
    }
    map[at] = Math.max(0, value);
  }
}

function fill(map, value) {
  for (let at = 0; at < map.length; at++) map[at] = value(at);
}

function quantise(map) {
  let largest = 1e-9;
  for (const value of map) largest = Math.max(largest, Math.abs(value));
  fill(map, (at) => Math.round((map[at] / largest) * 127));
}

/** Blobs through a ReLU6 that cuts them off: what lies at 6 is one tie, as in EfficientNet-Lite and MobileNet. */
function saturated(map, size, random) {
  blobs(map, size, random);
  fill(map, (at) => Math.min(6, map[at] * 6));
}

/** Maps of a network as they were (test/bench/record-maps.mjs), by chance. */
function recorded(name) {
  const bySize = new Map();
  return (map, size, random) => {
    if (!bySize.has(size))
      bySize.set(size, floatsOf(brotliDecompressSync(readFileSync(recordOf(name, size)))));
    const maps = bySize.get(size);
    const at = Math.floor((random() * maps.length) / map.length) * map.length;
    map.set(maps.subarray(at, at + map.length));
  };
}

function floatsOf(bytes) {
  return new Float32Array(new Uint8Array(bytes).buffer);
}

function recordOf(name, size) {
  return new URL(`recorded/${name}-${size}.f32.br`, import.meta.url);
}

const RECORDED = { 'EfficientNet-Lite0': 'efficientnet-lite0', 'VGG-16-shaped': 'vgg16-shaped' };

/** Maps one after another as [block][pixel][channel], as onnxruntime's optimiser lays them out. */
export function inBlocks(maps, size, channels) {
  const pixels = size * size;
  return maps.map((_, at) => {
    const [group, place] = [Math.floor(at / (pixels * channels)), at % (pixels * channels)];
    return maps[(group * channels + (place % channels)) * pixels + Math.floor(place / channels)];
  });
}

/** Networks of which there are maps of this size. */
export function recordedAt(size) {
  return Object.keys(RECORDED).filter((network) => existsSync(recordOf(RECORDED[network], size)));
}

export const inputs = {
  blobs,
  noise: (map, _size, random) => fill(map, () => gaussian(random)),
  'sparse ReLU': (map, _size, random) => fill(map, () => Math.max(0, gaussian(random) - 1.5)),
  'all zero': (map) => map.fill(0),
  'int8 blobs': (map, size, random) => {
    blobs(map, size, random);
    quantise(map);
  },
  'int8 noise': (map, _size, random) => {
    fill(map, () => gaussian(random));
    quantise(map);
  },
  ReLU6: saturated,
  ...Object.fromEntries(Object.entries(RECORDED).map(([network, name]) => [network, recorded(name)])),
};

/** Maps that are as bad as we know how to make them. */
export const worstCases = {
  'two levels, half': (map, _size, random) => fill(map, () => Number(random() < 0.5)),
  'two levels, few': (map, _size, random) => fill(map, () => Number(random() < 0.02)),
  'sixteen levels': (map, _size, random) => fill(map, () => Math.floor(16 * random())),
  'ReLU6, half at 6': (map, _size, random) =>
    fill(map, () => Math.min(6, Math.max(0, 6 + 4 * gaussian(random)))),
  // Rings of distance: the weights fall from the diagonal outwards, every edge closes a triangle.
  'no birth': (map, size) =>
    fill(
      map,
      (at) => -Math.max(Math.floor(at / size), at % size) - 1e-3 * Math.min(Math.floor(at / size), at % size),
    ),
  'one tied torus': (map, size) => {
    map.fill(0);
    const columns = Math.max(4, Math.floor(Math.sqrt(size)));
    const rows = Math.floor(size / columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const right = row * columns + ((column + 1) % columns);
        const below = ((row + 1) % rows) * columns + column;
        const across = ((row + 1) % rows) * columns + ((column + 1) % columns);
        for (const other of [right, below, across]) map[(row * columns + column) * size + other] = 1;
      }
    }
  },
  // A clique enters vertex by vertex; the last four vertices make the hole when all other edges are in.
  'birth comes last': (map, size) =>
    fill(map, (at) => {
      const tail = Math.min(Math.floor(at / size), at % size);
      const head = Math.max(Math.floor(at / size), at % size);
      if (head < size - 4) return 1e6 - head * size - tail;
      if (tail < size - 4) return -1;
      return head - tail === 2 ? -2 : 1;
    }),
};

/** `count` maps of one kind back to back in `block`. */
export function generate(make, size, block, seed = 1) {
  const random = seeded(seed);
  const floats = size * size;
  for (let at = 0; at < block.length; at += floats) make(block.subarray(at, at + floats), size, random);
}
