// Births of maps of noise, without drawing a map: docs/method.md, section 2.

import { CLASSES, COUNTS, KEYS, LABELS, QUEUE, UNKNOWNS } from './layout';

// Rooms of what `measure` needs for maps: an instance does one or the other.
const CHANCES: usize = KEYS; // f64 a rank
const STATES: usize = UNKNOWNS; // u8 an ordered pair of vertices
const NEAR: usize = QUEUE; // u16 neighbours: row u has as many as the degree of u
const DEGREES: usize = COUNTS; // u16 a vertex
const ROOTS: usize = LABELS; // u16 a vertex
const MEMBERS: usize = CLASSES; // u32 a root

const APART: u8 = 0;
const COVERED: u8 = 1;
const ADJACENT: u8 = 2;

/** Of what is left to be born a trial leaves at most so much. */
const NEGLIGIBLE: f64 = 1e-5;

/**
 * Adds up over trials, at KEYS + 8 r, the chance of a birth at raw rank r = 1 … limit. Edges are added in uniformly random
 * order, but none that makes a hole: instead of waiting for it, each trial adds up the exact chance that the next edge
 * makes one. Random numbers depend on size and trial alone. Returns where the sums are.
 */
export function noiseBirths(size: u32, limit: u32, trials: u32): usize {
  memory.fill(CHANCES, 0, (<usize>limit + 1) << 3);
  const edges = (size * (size - 1)) >> 1;
  for (let trial: u32 = 0; trial < trials; trial++) {
    seed(size * 0x9e3779b1 + trial);
    clear(size);
    let alive: f64 = 1;
    for (let rank: u32 = 1; rank <= limit && alive > NEGLIGIBLE; rank++) {
      const hazard = <f64>(connectedPairs - coveredPairs) / <f64>(edges - rank + 1);
      const at = CHANCES + ((<usize>rank) << 3);
      store<f64>(at, load<f64>(at) + alive * hazard);
      alive *= 1 - hazard;
      if (hazard < 1) grow(size);
    }
  }
  return CHANCES;
}

let connectedPairs: u32 = 0;
let coveredPairs: u32 = 0;

function clear(size: u32): void {
  memory.fill(STATES, 0, <usize>(size * size));
  memory.fill(DEGREES, 0, (<usize>size) << 1);
  for (let i: u32 = 0; i < size; i++) {
    store<u16>(ROOTS + ((<usize>i) << 1), <u16>i);
    store<u32>(MEMBERS + ((<usize>i) << 2), 1);
  }
  connectedPairs = 0;
  coveredPairs = 0;
}

/** Adds an edge that makes no hole: between two components, or between vertices with a common neighbour. */
function grow(size: u32): void {
  while (true) {
    const u = below(size);
    const other = below(size - 1);
    const v = other < u ? other : other + 1;
    const state = load<u8>(STATES + <usize>(u * size + v));
    if (state == ADJACENT) continue;
    const a = root(u);
    const b = root(v);
    if (state == APART && a == b) continue;
    if (a != b) join(a, b);
    mark(size, u, v, ADJACENT);
    coverNeighbours(size, u, v);
    coverNeighbours(size, v, u);
    addNeighbour(size, u, v);
    addNeighbour(size, v, u);
    return;
  }
}

function join(a: u32, b: u32): void {
  const ofB = MEMBERS + ((<usize>b) << 2);
  const more = load<u32>(MEMBERS + ((<usize>a) << 2));
  connectedPairs += more * load<u32>(ofB);
  store<u16>(ROOTS + ((<usize>a) << 1), <u16>b);
  store<u32>(ofB, load<u32>(ofB) + more);
}

function root(vertex: u32): u32 {
  let at = vertex;
  while (true) {
    const place = ROOTS + ((<usize>at) << 1);
    const up: u32 = load<u16>(place);
    if (up == at) return at;
    at = load<u16>(ROOTS + ((<usize>up) << 1));
    store<u16>(place, <u16>at);
  }
  return at;
}

function coverNeighbours(size: u32, vertex: u32, other: u32): void {
  let at = NEAR + ((<usize>(vertex * size)) << 1);
  const end = at + ((<usize>load<u16>(DEGREES + ((<usize>vertex) << 1))) << 1);
  for (; at < end; at += 2) mark(size, load<u16>(at), other, COVERED);
}

function addNeighbour(size: u32, u: u32, v: u32): void {
  const place = DEGREES + ((<usize>u) << 1);
  const degree: u32 = load<u16>(place);
  store<u16>(NEAR + ((<usize>(u * size + degree)) << 1), <u16>v);
  store<u16>(place, <u16>(degree + 1));
}

function mark(size: u32, u: u32, v: u32, state: u8): void {
  const pair = STATES + <usize>(u * size + v);
  const before = load<u8>(pair);
  if (before >= state) return;
  if (before == APART) coveredPairs++;
  store<u8>(pair, state);
  store<u8>(STATES + <usize>(v * size + u), state);
}

// xoshiro128** 1.1, its state filled from a 32-bit seed by SplitMix32, as `Random` of @unitscope/base.
let s0: u32 = 0;
let s1: u32 = 0;
let s2: u32 = 0;
let s3: u32 = 0;
let splitting: u32 = 0;

function seed(value: u32): void {
  splitting = value;
  s0 = split();
  s1 = split();
  s2 = split();
  s3 = split();
}

function split(): u32 {
  splitting += 0x9e3779b9;
  let z = splitting;
  z = (z ^ (z >> 16)) * 0x85ebca6b;
  z = (z ^ (z >> 13)) * 0xc2b2ae35;
  return z ^ (z >> 16);
}

/** A whole number in [0, bound). */
function below(bound: u32): u32 {
  const result = rotl<u32>(s1 * 5, 7) * 9;
  const shifted = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= shifted;
  s3 = rotl<u32>(s3, 11);
  return <u32>((<u64>result * <u64>bound) >> 32);
}
