// How cost grows with images, units and checkpoints, and whether memory stays flat: npm run bench:growth
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { imageLibraryId } from '@unitscope/datasets';
import { runSweep } from '@unitscope/engine';
import { backendId } from '@unitscope/models';
import { cellKeys, checkpointCells, checkpointTasks, parseSpec, SEMANTICS_VERSION } from '@unitscope/plan';
import { openStore } from '@unitscope/store';
import { prepareSweep, resolveSweep, TaskRunner } from '@unitscope/tasks';
import { UnitAccumulator } from '../../packages/tasks/dist/run/unit-accumulator.js';
import { writeMeasured } from '../../packages/tasks/dist/tables/unit-objects.js';
import { smallNetwork } from './networks.mjs';
import { benchOptions, line, median, scratchFolder } from './bench.mjs';

const usage = `npm run bench:growth -- [--quick] [--json] [--only slopes|sweep|aggregate]

The slope of log cost (processor time of all tasks and tables) over log size for images, units (by layers of 16) and
checkpoints, each over two decades, medians of three, with exact counts of maps and bytes; images × cells, where the cost of keys
must be a sum; a sweep of 200 checkpoints × 16
layers × 10 categories × 100 images of 14×14 maps (a small ONNX network on MNIST digits) with the resident memory over
time; and the result tables of 4 checkpoints × 10 layers × 500 categories × 1,000 units (20 million rows of units/1)
from unit objects in a store.

  --quick        one decade, one run of each; a sweep of 10 checkpoints; tables of 1 million rows
  --only PART    slopes, sweep or aggregate
  --json         end with {"images_by_cells":…,"images":…,"units":…,"checkpoints":…,"sweep_rss_mib":[…],"aggregate_rss_mib":[…]}
`;
const options = benchOptions(
  usage,
  {
    quick: { type: 'boolean', default: false },
  },
  ['slopes', 'sweep', 'aggregate'],
);

const scratch = scratchFolder();
let sweeps = 0;

/** A sweep of so many checkpoints of a small network over digits, resolved, with a store of its own. */
async function prepare({ checkpoints, layers, units, categories, images, side = 28 }) {
  const folder = join(scratch, `sweep-${sweeps++}`);
  mkdirSync(folder);
  for (let i = 0; i < checkpoints; i++) {
    const bytes = smallNetwork(layers, units, { size: side, stride: 2, channels: 1, seed: i + 1 });
    writeFileSync(join(folder, `step-${String(i).padStart(4, '0')}.onnx`), bytes);
  }
  const digits = Array.from({ length: categories }, (_, digit) => String((digit + 1) % 10));
  const models = {
    checkpoints: ['*.onnx'],
    images: { from: 'mnist', perCategory: images, categories: digits },
  };
  const spec = JSON.stringify({ name: 'growth', source: { models }, statistics: { bootstrap: 0 } });
  const manifest = await resolveSweep(parseSpec(spec, join(folder, 'sweep.yaml')), folder);
  const expected = checkpoints * layers * units * categories * images;
  return { manifest, spec, store: pathToFileURL(join(folder, 'store')).href, folder, expected };
}

/**
 * Seconds of processor that the tasks of a sweep and its tables take, one after another on this thread. The first task goes
 * before, and its objects are removed: what is done once, whatever the size, is no growth.
 */
async function processorSeconds(size) {
  const { manifest, store, folder, expected } = await prepare({ ...size, categories: 1 });
  const runner = new TaskRunner(manifest, await openStore(store));
  await runner.run({ kind: 'cells', checkpoint: 0, index: 0 });
  rmSync(new URL('units', `${store}/`), { recursive: true });
  const before = process.cpuUsage();
  let maps = 0;
  for (let checkpoint = 0; checkpoint < size.checkpoints; checkpoint++) {
    maps += (await runner.run({ kind: 'cells', checkpoint, index: 0 })).maps;
    await runner.run({ kind: 'aggregate', checkpoint, index: 0 });
  }
  const { user, system } = process.cpuUsage(before);
  await runner.close();
  rmSync(folder, { recursive: true, force: true });
  if (maps !== expected) throw new Error(`expected ${expected} maps, measured ${maps}`);
  return { maps, bytes: maps * size.side * size.side, seconds: (user + system) / 1e6 };
}

/** The slope of the least-squares line through the logarithms. */
function slopeOf(points) {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)]);
  const mean = (axis) => logs.reduce((sum, point) => sum + point[axis], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  return (
    logs.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) /
    logs.reduce((sum, [at]) => sum + (at - x) ** 2, 0)
  );
}

async function growth(name, sizeOf, steps) {
  const points = [];
  for (const step of steps) {
    const runs = [];
    for (let i = 0; i < (options.quick ? 1 : 3); i++) runs.push(await processorSeconds(sizeOf(step)));
    const seconds = median(runs.map((run) => run.seconds));
    points.push([step, seconds]);
    const [{ maps, bytes }] = runs;
    line(
      `  ${name.padEnd(12)}${String(step).padStart(6)}${maps.toLocaleString('en').padStart(12)} maps` +
        `${bytes.toLocaleString('en').padStart(16)} bytes of maps${seconds.toFixed(2).padStart(8)} s of processor`,
    );
  }
  const slope = Number(slopeOf(points).toFixed(3));
  line(
    `  slope over ${name}: ${slope}; between the two largest, where less is fixed: ${slopeOf(points.slice(-2)).toFixed(3)}`,
  );
  return slope;
}

/** The large sweep on all cores, and the resident memory at each tenth of it. */
async function largeSweep() {
  const size = { checkpoints: options.quick ? 10 : 200, layers: 16, units: 16, categories: 10, images: 100 };
  const { manifest, spec, store, expected } = await prepare(size);
  await prepareSweep(await openStore(store), manifest, spec, { replace: false });
  const resident = [];
  const started = performance.now();
  const before = process.cpuUsage();
  const { maps, cells } = await runSweep(manifest, {
    store,
    onProgress: ({ cells: { done, total } }) => {
      if (done < ((resident.length + 1) * total) / 10) return;
      resident.push(Math.round(process.memoryUsage.rss() / 2 ** 20));
      line(
        `  ${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${done} of ${total} cells  ${resident.at(-1)} MiB`,
      );
    },
  });
  if (maps !== expected || cells.failed > 0)
    throw new Error(`${maps} of ${expected} maps, ${cells.failed} cells failed`);
  const { user, system } = process.cpuUsage(before);
  line(
    `  ${maps.toLocaleString('en')} maps of 14×14 in ${((performance.now() - started) / 1000).toFixed(1)} s, ` +
      `${((user + system) / 1e6).toFixed(1)} s of processor`,
  );
  return resident;
}

// Tables are made only by what a manifest was resolved by.
const [backend, imageLibrary] = [await backendId('onnx'), await imageLibraryId()];

/** A manifest of nothing but its sizes: enough for keys and tables. */
/** @returns {any} */
function manifestOf({ checkpoints, layers, categories, units, images = 1 }) {
  return {
    format: 'unitscope.manifest/1',
    sweep: 'growth',
    specDigest: '0',
    semantics: SEMANTICS_VERSION,
    density: 0.8,
    statistics: { threshold: 50, minSelectiveRate: 0, bootstrap: 1000 },
    keepActivations: false,
    keepBirths: false,
    checkpoints: Array.from({ length: checkpoints }, (_, i) => ({
      label: `step-${i}`,
      digest: String(i),
      meta: {},
      model: { format: 'onnx', path: `step-${i}.onnx`, files: [], backend, layerSet: 0 },
    })),
    source: {
      kind: 'models',
      layerSets: [
        {
          layers: Array.from({ length: layers }, (_, i) => ({
            name: `conv${i}`,
            index: i,
            tap: `relu${i}`,
            units,
            size: 14,
          })),
          unmeasured: [],
          batchSize: 1,
        },
      ],
      categories: Array.from({ length: categories }, (_, i) => ({
        label: `category ${String(i).padStart(4, '0')}`,
        images: Array.from({ length: images }, (_, image) => ({
          label: 'image',
          sha256: String(i * images + image).padStart(64, '0'),
          encoding: 'png',
        })),
      })),
      images: {},
      maxPixels: 1,
      preprocess: 'unit',
      imageLibrary,
    },
  };
}

/**
 * Images × cells: the processor time of all content keys of a sweep with many images and many cells, over the sum of those of
 * many images with few cells and of few images with many cells. A cost that is a sum gives 1 or less, a product some fifty.
 */
function keysOverSum() {
  const [few, many] = [
    { images: 100, checkpoints: 1 },
    { images: options.quick ? 2_000 : 10_000, checkpoints: 100 },
  ];
  const seconds = ({ images, checkpoints }) => {
    const runs = Array.from({ length: 3 }, () => {
      const manifest = manifestOf({ checkpoints, layers: 16, categories: 1, units: 16, images });
      const before = process.cpuUsage();
      for (let checkpoint = 0; checkpoint < checkpoints; checkpoint++)
        for (const cell of checkpointCells(manifest, checkpoint)) cellKeys(manifest, cell);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1e6;
    });
    line(
      `  ${images.toLocaleString('en')} images × ${16 * checkpoints} cells`.padEnd(34) +
        `${(1000 * median(runs)).toFixed(1).padStart(8)} ms of processor for their keys`,
    );
    return median(runs);
  };
  seconds(few); // compiles
  const sum = seconds({ ...few, images: many.images }) + seconds({ ...few, checkpoints: many.checkpoints });
  const ratio = Number((seconds(many) / sum).toFixed(3));
  line(`  many of both over the sum of each: ${ratio}`);
  return ratio;
}

/** Seeded births of `units` units over 50 images, as a cell's work gathers them. */
function gathered(units, seed) {
  const found = new UnitAccumulator(14);
  const images = 50;
  const [unit, births] = [new Uint32Array(images), new Uint32Array(images)];
  const [sums, zeros] = [new Float64Array(images).fill(1), new Uint32Array(images).fill(9)];
  for (let i = 0; i < units; i++) {
    unit.fill(i);
    for (let image = 0; image < images; image++) {
      const draw = Math.imul(seed * 7919 + i * 104_729 + image * 1_299_709, 0x9e37_79b1) >>> 0;
      births[image] = draw % 5 === 0 ? 0 : 1 + ((draw >>> 8) % (2 + (i % 40)));
    }
    found.add(images, unit, births, sums, zeros);
  }
  return found;
}

/** The tables of many units: resident memory after each checkpoint. */
async function aggregateRows() {
  const size = { checkpoints: 4, layers: 10, categories: options.quick ? 25 : 500, units: 1000 };
  const manifest = manifestOf(size);
  const folder = join(scratch, 'aggregate');
  const store = await openStore(pathToFileURL(folder).href);
  const variants = Array.from({ length: 50 }, (_, seed) => gathered(size.units, seed));
  const norms = Float64Array.from({ length: size.units }, (_, i) => i);
  let objects = 0;
  for (let checkpoint = 0; checkpoint < size.checkpoints; checkpoint++) {
    for (const task of checkpointTasks(manifest, checkpoint)) {
      await Promise.all(
        task.cells.map((cell) => {
          /** @type {any} */
          const measured = {
            meter: { units: variants[objects++ % 50], births: () => null },
            size: 14,
            images: [],
          };
          return writeMeasured(store, cellKeys(manifest, cell), measured, norms);
        }),
      );
    }
  }
  const rows = objects * size.units;
  line(`  ${objects.toLocaleString('en')} unit objects of ${size.units} units written`);
  const runner = new TaskRunner(manifest, store);
  const resident = [];
  const before = process.cpuUsage();
  const started = performance.now();
  for (let checkpoint = 0; checkpoint < size.checkpoints; checkpoint++) {
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
    await runner.run({ kind: 'aggregate', checkpoint, index: 0 });
    clearInterval(watch);
    resident.push(Math.round(most / 2 ** 20));
    line(
      `  ${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  checkpoint ${checkpoint + 1} of ${size.checkpoints}  ` +
        `${resident.at(-1)} MiB at most`,
    );
  }
  const { user, system } = process.cpuUsage(before);
  line(
    `  ${rows.toLocaleString('en')} rows of units/1 in ${((performance.now() - started) / 1000).toFixed(1)} s, ` +
      `${((user + system) / 1e6).toFixed(1)} s of processor`,
  );
  await runner.close();
  rmSync(folder, { recursive: true, force: true });
  return resident;
}

const result = {};
if (options.only === undefined || options.only === 'slopes') {
  result.images_by_cells = keysOverSum();
  const decades = options.quick ? [1, 10] : [1, 10, 100];
  // Small enough to end soon, large enough that the smallest is more than the start of a task.
  const series = {
    images: { base: { checkpoints: 1, layers: 2, units: 32, side: 224 }, key: 'images', least: 8, scale: 1 },
    units: { base: { checkpoints: 1, units: 16, images: 5, side: 112 }, key: 'layers', least: 6, scale: 16 },
    checkpoints: {
      base: { layers: 8, units: 16, images: 20, side: 28 },
      key: 'checkpoints',
      least: 2,
      scale: 1,
    },
  };
  for (const [name, { base, key, least, scale }] of Object.entries(series)) {
    const sizeOf = (step) => ({ ...base, [key]: step / scale });
    await processorSeconds(sizeOf(least * scale)); // compiles
    result[name] = await growth(
      name,
      sizeOf,
      decades.map((times) => times * least * scale),
    );
  }
}
if (options.only === undefined || options.only === 'sweep') result.sweep_rss_mib = await largeSweep();
if (options.only === undefined || options.only === 'aggregate')
  result.aggregate_rss_mib = await aggregateRows();
if (options.json) line(JSON.stringify(result));
