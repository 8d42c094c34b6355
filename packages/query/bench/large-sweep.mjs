// A large sweep that never was: its units and layers tables, written by the tables package, and its manifest.
import { existsSync } from 'node:fs';
import { open, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  encodeTable,
  layersSchema,
  TableWriter,
  nullableTextColumn,
  textColumn,
  unitsSchema,
} from '@unitscope/tables';
import { openStore } from '@unitscope/store';
import { readManifest, writeCheckpoints, writeSummaries } from '@unitscope/tasks';

const LAYERS = 10;
const CATEGORIES = 5;
const BINS = 4;
/** So many times the units of a checkpoint are drawn once; its columns are parts of that. */
const DRAWN = 16;
const layers = Array.from({ length: LAYERS }, (_, i) => `conv${i + 1}`);
const categories = Array.from({ length: CATEGORIES }, (_, i) => `class ${i}`);

/** The store of a sweep `bench` of so many rows, 10,000 a checkpoint: made once, below `cache`. */
export async function largeSweep(cache, rows) {
  const units = Math.min(10_000, rows);
  const checkpoints = Math.round(rows / units);
  const store = join(cache, `${checkpoints}x${units}-5`);
  if (existsSync(store)) return store;
  const unfinished = `${store}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  console.log(`writing ${rows} rows to ${store} …`);
  const folder = join(unfinished, 'sweeps', 'bench');
  const labels = Array.from({ length: checkpoints }, (_, i) => `step-${String(i).padStart(5, '0')}`);
  await makeUnits(join(folder, 'results', 'units'), labels, units);
  await makeLayers(join(folder, 'results', 'layers'), labels, units);
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifestOf(labels)));
  await endSweep(unfinished);
  await rename(unfinished, store);
  return store;
}

/** What a sweep makes of its tables when it has ended. */
async function endSweep(folder) {
  const store = await openStore(folder);
  const manifest = await readManifest(store, 'bench');
  await writeSummaries(manifest, store);
  await writeCheckpoints(
    manifest,
    store,
    manifest.checkpoints.map(() => LAYERS * CATEGORIES),
  );
}

async function makeLayers(folder, names, units) {
  await mkdir(folder, { recursive: true });
  // A row a category, and one for all of them.
  const rows = layers.flatMap((layer, index) =>
    [...categories, null].map((category) => ({ layer, index, category })),
  );
  const known = { valid: new Uint8Array(rows.length).fill(1) };
  const labelled = (value) => {
    const labels = [...new Set(rows.map(value))].filter((label) => label !== null);
    const codes = Uint32Array.from(rows, (row) => Math.max(0, labels.indexOf(value(row))));
    return {
      values: { labels, codes },
      valid: Uint8Array.from(rows, (row) => (value(row) === null ? 0 : 1)),
    };
  };
  const numbers = Object.entries(layersSchema.columns).filter(([, { kind }]) => kind === 'float64');
  const cells = String(LAYERS * CATEGORIES);
  const metadata = { 'unitscope.cells': cells, 'unitscope.cells_planned': cells };
  for (const [c, name] of names.entries()) {
    const whole = (value) => new Uint32Array(rows.length).fill(value);
    const none = nullableTextColumn(rows.map(() => null));
    /** @type {any} one for each number of the schema */
    const columns = {
      checkpoint: labelled(() => name),
      checkpoint_index: { values: new Int32Array(rows.length).fill(c), ...known },
      layer: labelled(({ layer }) => layer),
      layer_index: { values: Int32Array.from(rows, ({ index }) => index), ...known },
      scope: textColumn(rows.map(({ category }) => (category === null ? 'all' : 'category'))),
      category: labelled(({ category }) => category),
      units: whole(units / LAYERS),
      sensitive_units: whole(units / LAYERS),
      cells: whole(units / LAYERS),
      sensitive_pairs: { values: whole(units / LAYERS), ...known },
      map_size: whole(14),
      cropped_from: none,
      activation: none,
      ...Object.fromEntries(
        numbers.map(([column], n) => [
          column,
          {
            values: Float64Array.from(rows, ({ index }) => 2 + Math.sin(c / 90 + index + n / 40) / 4),
            ...known,
          },
        ]),
      ),
    };
    await writeFile(join(folder, `${name}.arrow`), await encodeTable(layersSchema, columns, { metadata }));
  }
}

async function makeUnits(folder, names, units) {
  await mkdir(folder, { recursive: true });
  const { drawn, columns } = unitColumns(units);
  for (const [c, name] of names.entries()) {
    const handle = await open(join(folder, `${name}.arrow`), 'w');
    const sink = { write: async (bytes) => void (await handle.write(bytes)) };
    const labels = { checkpoint: [name], layer: layers, category: categories };
    const writer = await TableWriter.begin(unitsSchema, sink, { labels });
    await writer.write({
      ...columns,
      checkpoint: { values: { labels: [name], codes: new Uint32Array(units) }, valid: columns.layer.valid },
      checkpoint_index: { values: new Int32Array(units).fill(c), valid: columns.layer.valid },
      ...drawn(),
    });
    await writer.close();
    await handle.close();
  }
}

/** The columns that all checkpoints have in common, and those that are drawn for each: most of the time would go into random numbers. */
function unitColumns(units) {
  const cell = units / (LAYERS * CATEGORIES);
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const whole = (value) => Uint32Array.from({ length: units }, (_, i) => value(i));
  const valid = new Uint8Array(units).fill(1);
  const label = (labels, code) => ({ values: { labels, codes: whole(code) }, valid });
  const layerOf = (i) => Math.floor(i / (cell * CATEGORIES));
  const pool = Float64Array.from({ length: DRAWN * units }, random);
  const births = Uint32Array.from(pool, (value) => Math.floor(value * 101));
  const sensitive = Uint8Array.from(pool, (value) => (value < 0.8 ? 1 : 0));
  const part = (values) => {
    const from = Math.floor(random() * (DRAWN - 1) * units);
    return values.subarray(from, from + units);
  };
  const numbers = () => part(pool);
  const columns = {
    layer: label(layers, layerOf),
    layer_index: { values: Int32Array.from({ length: units }, (_, i) => layerOf(i)), valid },
    category: label(categories, (i) => Math.floor(i / cell) % CATEGORIES),
    unit: whole((i) => i % cell),
    map_size: whole(() => 14),
    images: whole(() => 100),
    importance_rank: whole((i) => i % cell),
    birth_histogram: {
      offsets: Uint32Array.from({ length: units + 1 }, (_, i) => i * BINS),
      birth_rank: Uint32Array.from({ length: units * BINS }, (_, i) => 2 + (i % BINS)),
      images: new Uint32Array(units * BINS).fill(5),
    },
  };
  const drawn = () => ({
    births: part(births),
    selective_rate: numbers(),
    absent_rate: numbers(),
    entropy: numbers(),
    entropy_mm: numbers(),
    entropy_null: numbers(),
    ineffectiveness: numbers(),
    sensitive: part(sensitive),
    mean_activation: numbers(),
    apoz: numbers(),
    l1_norm: { values: numbers(), valid },
    entropy_paper: { values: numbers(), valid },
    class_selectivity: { values: numbers(), valid },
  });
  return { columns, drawn };
}

/** The manifest, as one over ONNX files and 5 × 100 images has it. */
function manifestOf(labels) {
  const digest = (i) => String(i).padStart(64, '0');
  return {
    format: 'unitscope.manifest/1',
    sweep: 'bench',
    specDigest: digest(0),
    semantics: 1,
    density: 0.8,
    statistics: { threshold: 50, minSelectiveRate: 0, bootstrap: 0 },
    keepActivations: false,
    keepBirths: false,
    checkpoints: labels.map((label, i) => ({
      label,
      digest: digest(i),
      meta: { epoch: i, loss: 1 / (i + 1) },
      model: {
        format: 'onnx',
        path: `/checkpoints/${label}.onnx`,
        files: [{ name: `${label}.onnx`, sha256: digest(i), bytes: 1e7 }],
        backend: 'onnxruntime-node 1.30.0',
        layerSet: 0,
      },
    })),
    source: {
      kind: 'models',
      layerSets: [
        {
          layers: layers.map((name, index) => ({ name, index, tap: name, units: 200, size: 14 })),
          unmeasured: [],
          batchSize: 50,
        },
      ],
      categories: Array.from({ length: CATEGORIES }, (_, c) => ({
        label: `class ${c}`,
        images: Array.from({ length: 100 }, (__, i) => ({
          label: `${c}/${i}.png`,
          sha256: digest(i),
          encoding: 'png',
        })),
      })),
      images: {},
      maxPixels: 1e8,
      preprocess: {},
      imageLibrary: 'sharp',
    },
  };
}
