// Units tables of a sweep that never was: `checkpoints` files of `units` rows each, written by the tables package.
import { open, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TableWriter, unitsSchema } from '@unitscope/tables';

const LAYERS = 10;
const CATEGORIES = 5;
const BINS = 4;
const layers = Array.from({ length: LAYERS }, (_, i) => `conv${i + 1}`);

export async function makeUnits(folder, checkpoints, units) {
  await mkdir(folder, { recursive: true });
  const cell = units / (LAYERS * CATEGORIES);
  const categories = Array.from({ length: CATEGORIES }, (_, i) => `class ${i}`);
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const numbers = () => Float64Array.from({ length: units }, random);
  const whole = (value) => Uint32Array.from({ length: units }, (_, i) => value(i));
  const label = (labels, code) => ({
    values: { labels, codes: whole(code) },
    valid: new Uint8Array(units).fill(1),
  });
  const index = (value) => ({
    values: Int32Array.from({ length: units }, (_, i) => value(i)),
    valid: new Uint8Array(units).fill(1),
  });
  const layerOf = (i) => Math.floor(i / (cell * CATEGORIES));
  for (let c = 0; c < checkpoints; c++) {
    const name = `step-${String(c).padStart(5, '0')}`;
    const handle = await open(join(folder, `${name}.arrow`), 'w');
    const sink = { write: (bytes) => handle.write(bytes) };
    const labels = { checkpoint: [name], layer: layers, category: categories };
    const writer = await TableWriter.begin(unitsSchema, sink, { labels });
    await writer.write({
      checkpoint: label([name], () => 0),
      checkpoint_index: index(() => c),
      layer: label(layers, layerOf),
      layer_index: index(layerOf),
      category: label(categories, (i) => Math.floor(i / cell) % CATEGORIES),
      unit: whole((i) => i % cell),
      map_size: whole(() => 14),
      images: whole(() => 100),
      births: whole(() => Math.floor(random() * 101)),
      selective_rate: numbers(),
      absent_rate: numbers(),
      entropy: numbers(),
      entropy_mm: numbers(),
      entropy_null: numbers(),
      ineffectiveness: numbers(),
      importance_rank: whole((i) => i % cell),
      sensitive: Uint8Array.from({ length: units }, () => (random() < 0.8 ? 1 : 0)),
      mean_activation: numbers(),
      apoz: numbers(),
      l1_norm: { values: numbers(), valid: new Uint8Array(units).fill(1) },
      birth_histogram: {
        offsets: Uint32Array.from({ length: units + 1 }, (_, i) => i * BINS),
        birth_rank: Uint32Array.from({ length: units * BINS }, (_, i) => 2 + (i % BINS)),
        images: new Uint32Array(units * BINS).fill(5),
      },
    });
    await writer.close();
    await handle.close();
  }
}

/** The manifest of that sweep, as one over ONNX files and 5 × 100 images has it. */
export function manifestOf(labels) {
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
