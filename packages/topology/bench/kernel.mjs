// The kernel beside a plain sum over the same floats, the authors' pipeline and Ripser: npm run bench
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { birthRankReference, BirthKernel, scratchFloats } from '../dist/index.js';
import { generate, inBlocks, inputs, recordedAt, worstCases } from './maps.mjs';
import { comparePeers } from './peers.mjs';

const usage = `node packages/topology/bench/kernel.mjs [--authors PATH] [--python PYTHON] [--json] [--worst]

Prints the time of the kernel per map (births, finite check, sums and zeros in one pass) and its ratio to a plain
for loop that sums the same Float32Array, taken in turns; medians.

  --authors PATH   a checkout of the authors' code with time_pipeline.py: the ratio to their pipeline
  --python PYTHON  a Python with numpy, scipy and, if there, ripser (default: python3)
  --judges         also births and times of the same maps by Ripser, GUDHI and giotto-ph, those that PYTHON has
  --ripser PATH    Ripser's C++ program (Debian package ripser), for --judges
  --worst          also the slowest single map of the worst cases that we know, up to N = 512
  --json           end with one line of JSON
`;
const { values: options } = parseArgs({
  options: {
    authors: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    judges: { type: 'boolean', default: false },
    ripser: { type: 'string' },
    worst: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const SIZES = [7, 14, 28, 56, 112];
const BLOCK_FLOATS = 1 << 20;
const ROUNDS = 15;
/** The authors' pipeline takes seconds a map from N = 56 on. */
const AUTHORS_MAPS = { 7: 20, 14: 20, 28: 4 };

const judges = fileURLToPath(new URL('judges.py', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'unitscope-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const line = (text) => process.stdout.write(`${text}\n`);
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];

function plainSum(values) {
  let sum = 0;
  // eslint-disable-next-line @typescript-eslint/prefer-for-of -- what is measured is the plain loop
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum;
}

/** Maps of a kind; whole blocks of them, where `channels` are in one. */
function mapsOf(make, size, channels = 1) {
  const count = channels * Math.ceil(Math.max(16, Math.floor(BLOCK_FLOATS / (size * size))) / channels);
  const block = new Float32Array(count * size * size);
  generate(make, size, block);
  return block;
}

/** Microseconds a map by the kernels, in turns with the plain sum: medians. Of maps in blocks of `channels`, where there are several. */
function time(block, size, kernels, channels = 1) {
  const count = block.length / (size * size);
  const reserved = kernels.map((kernel) => {
    const view = kernel.reserve(block.length, channels === 1 ? 0 : scratchFloats(size, channels));
    view.set(channels === 1 ? block : inBlocks(block, size, channels));
    return view;
  });
  const out = {
    birthRanks: new Uint32Array(count),
    sums: new Float64Array(count),
    zeros: new Uint32Array(count),
  };
  const kernelTimes = kernels.map(() => []);
  const sumTimes = [];
  let sink = 0;
  for (let round = -3; round < ROUNDS; round++) {
    kernels.forEach((kernel, index) => {
      const start = performance.now();
      if (channels === 1) kernel.measure(reserved[index], size, out);
      else kernel.measureBlocked(reserved[index], size, { units: channels, block: channels }, out);
      if (round >= 0) kernelTimes[index].push(performance.now() - start);
    });
    const start = performance.now();
    // What it reads is in the cache for the next: a kernel's own maps, where there is one kernel, so that both find the same.
    sink += plainSum(kernels.length === 1 ? reserved[0] : block);
    if (round >= 0) sumTimes.push(performance.now() - start);
  }
  if (Number.isNaN(sink)) throw new Error('the sum is not a number');
  const microseconds = (times) => (median(times) * 1000) / count;
  return {
    births: out.birthRanks,
    sum: microseconds(sumTimes),
    kernels: kernelTimes.map(microseconds),
  };
}

/** What a Python program prints for `count` maps, or null with a word why not. */
function ask(script, args, block, size, count) {
  const path = join(scratch, 'maps.f32');
  writeFileSync(path, new Uint8Array(block.buffer, 0, count * size * size * 4));
  const before = args.slice(0, 1);
  try {
    const text = execFileSync(
      options.python,
      [script, ...before, path, String(size), String(count), ...args.slice(1)].filter((arg) => arg !== ''),
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 },
    );
    return JSON.parse(text.trim().split('\n').at(-1));
  } catch (error) {
    line(
      `  (no figure from ${script}: ${String(error.stderr || error.message)
        .trim()
        .split('\n')
        .at(-1)})`,
    );
    return null;
  }
}

/** How many times slower the other program is; says so if a birth differs. */
function compare(name, answer, births, publish, kernelTime) {
  if (answer === null) return null;
  const wrong = answer.births.filter((birth, index) => birth !== publish(births[index])).length;
  if (wrong > 0) line(`  ${wrong} of ${answer.births.length} births differ from ${name}'s`);
  return (answer.seconds_per_map * 1e6) / kernelTime;
}

const ratio = (value) => (value === null ? '-' : Math.round(value).toLocaleString('en')).padStart(9);
const row = (size, input, us, over, rest = '') =>
  line(`${String(size).padStart(4)}  ${input.padEnd(18)}${us.toFixed(3).padStart(9)}${over.toFixed(2).padStart(9)}${rest}`); // prettier-ignore

function haveRipser() {
  try {
    execFileSync(options.python, ['-c', 'import numpy, ripser'], { stdio: 'ignore' });
    return true;
  } catch {
    line(`no ripser in ${options.python}: its column stays empty`);
    return false;
  }
}

const standard = new BirthKernel();
const ripser = haveRipser();
const results = [];
line('   N  input               µs/map  × sum    authors / us  Ripser / us');
for (const size of SIZES) {
  for (const input of ['blobs', 'noise']) {
    const block = mapsOf(inputs[input], size);
    const { births, sum, kernels } = time(block, size, [standard]);
    const us = kernels[0];
    let authors = null;
    if (options.authors && AUTHORS_MAPS[size]) {
      const answer = ask(
        join(resolve(options.authors), 'time_pipeline.py'),
        [''],
        block,
        size,
        AUTHORS_MAPS[size],
      );
      authors = compare(
        'the authors',
        answer,
        births,
        (rank) => (rank > 51 || rank === 0 ? 0 : rank - 1),
        us,
      );
    }
    let byRipser = null;
    if (ripser) {
      const answer = ask(judges, ['ripser', '0.8', '51'], block, size, Math.min(births.length, 200));
      byRipser = compare('Ripser', answer, births, (rank) => (rank > 51 ? 0 : rank), us);
    }
    row(size, input, us, us / sum, `     ${ratio(authors)}    ${ratio(byRipser)}`);
    results.push({
      n: size,
      input,
      us_per_map: us,
      over_sum: us / sum,
      authors_over_us: authors,
      ripser_over_us: byRipser,
    });
  }
}

line('\nother inputs; those that bear the name of a network are maps of it');
for (const size of SIZES) {
  const made = ['sparse ReLU', 'all zero', 'int8 blobs', 'int8 noise', 'ReLU6'];
  for (const input of [...made, ...recordedAt(size)]) {
    const { sum, kernels } = time(mapsOf(inputs[input], size), size, [standard]);
    row(size, input, kernels[0], kernels[0] / sum);
    results.push({ n: size, input, us_per_map: kernels[0], over_sum: kernels[0] / sum });
  }
}

/** A table of what the optimisations are worth; of maps in blocks of `channels`, where there are several. */
function worth(optimisations, sizes, channels = 1) {
  const kernels = optimisations.map((name) => new BirthKernel({ without: [name] }));
  line(`   N  input             ${optimisations.map((name) => name.padStart(13)).join('')}`);
  for (const size of sizes) {
    const kinds = ['blobs', 'noise', 'all zero', 'int8 noise', 'int8 blobs', 'ReLU6', ...recordedAt(size)];
    for (const input of kinds) {
      const block = mapsOf(inputs[input], size, channels);
      // In pairs: a kernel that takes other branches leaves a processor that foresees less.
      const ratios = kernels.map((kernel) => {
        const [without, all] = time(block, size, [kernel, standard], channels).kernels;
        return (without / all).toFixed(2).padStart(13);
      });
      line(`${String(size).padStart(4)}  ${input.padEnd(18)}${ratios.join('')}`);
    }
  }
}

line('\nwhat each optimisation is worth: time without it / time with it');
worth(
  // prettier-ignore
  ['select', 'narrow', 'learn', 'zerosLast', 'rankOrder', 'levelOrder', 'solveTies', 'topTie', 'lanes', 'byteLabels', 'pathLanes', 'eightLanes', 'collapse'],
  [7, 14, 28, 112],
);
line('\nthe same of maps in blocks of 16 channels');
worth(['lanes', 'pathLanes', 'eightLanes', 'blockWeights', 'touch'], [7, 14, 28, 56, 112], 16);
for (const [size, count] of [
  [14, 400],
  [112, 30],
]) {
  // prettier-ignore
  const block = new Float32Array(count * size * size);
  generate(inputs.noise, size, block);
  const start = performance.now();
  for (let at = 0; at < block.length; at += size * size) {
    birthRankReference(block.subarray(at, at + size * size), size);
  }
  const us = ((performance.now() - start) * 1000) / count;
  const ours = results.find(({ n, input }) => n === size && input === 'noise')?.us_per_map;
  line(
    `the plain TypeScript reference at N = ${size}, noise: ${us.toFixed(1)} µs a map, ${(us / ours).toFixed(0)} ×`,
  );
}

if (options.judges) {
  const different = comparePeers({ python: options.python, ripserProgram: options.ripser, line });
  if (different > 0) process.exitCode = 1;
}

if (options.worst) {
  line('\nworst cases: the slowest of 5 maps, ms');
  let bound = 0;
  for (const size of [14, 112, 224, 512]) {
    for (const [name, make] of Object.entries(worstCases)) {
      const block = new Float32Array(5 * size * size);
      generate(make, size, block);
      const out = { birthRanks: new Uint32Array(1) };
      let worst = 0;
      for (let at = 0; at < block.length; at += size * size) {
        const start = performance.now();
        standard.measure(block.subarray(at, at + size * size), size, out);
        worst = Math.max(worst, performance.now() - start);
      }
      if (size <= 224) bound = Math.max(bound, worst);
      line(`${String(size).padStart(4)}  ${name.padEnd(20)}${worst.toFixed(3).padStart(10)}`);
    }
  }
  line(`the slowest map of N ≤ 224: ${bound.toFixed(1)} ms; no map may take more than 50 ms`);
}

if (options.json) line(JSON.stringify({ kernel: results }));
