// Births of one network through onnxruntime, tfjs-node and wasm: floats differ in their last bits, and a birth depends on
// their order. Trains the example CNN on digits, writes its weights as ONNX too, and counts the births that differ.
//
//   node test/bench/backends.mjs [--steps 40] [--images 200] [--json]
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openImages } from '@unitscope/datasets';
import { openModel } from '@unitscope/models';
import { trainExampleCnn } from '@unitscope/training';
import { BirthKernel } from '@unitscope/topology';
import { onnxBytes } from './onnx-bytes.mjs';

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '40' },
    images: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const SIDE = 28;
const perDigit = Math.ceil(Number(options.images) / 10);

async function digits() {
  const set = await openImages({ kind: 'mnist' });
  const images = [];
  const labels = [];
  for (const category of set.categories) {
    for (const ref of (await set.images(category)).slice(0, Math.max(64, perDigit))) {
      images.push(await ref.bytes());
      labels.push(Number(category));
    }
  }
  const pixels = Float32Array.from(Buffer.concat(images), (grey) => (grey / 255 - 0.1307) / 0.3081);
  return { images: pixels, labels: Uint8Array.from(labels) };
}

/** The saved tfjs model as ONNX: kernels turn from [y, x, in, out] to [out, in, y, x]. */
async function asOnnx(modelJson) {
  const { weightsManifest } = JSON.parse(await readFile(modelJson, 'utf8'));
  const bytes = await readFile(join(dirname(modelJson), 'weights.bin'));
  const weights = {};
  const nodes = [];
  let at = 0;
  let last = 'image';
  for (const { name, shape } of weightsManifest[0].weights) {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset + at, bytes.byteOffset + at + 4 * count),
    );
    at += 4 * count;
    const [layer, part] = name.split('/');
    if (!layer.startsWith('conv')) continue;
    if (part === 'bias') {
      weights[name] = { dims: shape, values };
      continue;
    }
    const [height, width, from, to] = shape;
    const turned = Float32Array.from({ length: count }, (_, index) => {
      const x = index % width;
      const y = Math.floor(index / width) % height;
      const c = Math.floor(index / (width * height)) % from;
      const unit = Math.floor(index / (width * height * from));
      return values[((y * width + x) * from + c) * to + unit];
    });
    weights[name] = { dims: [to, from, height, width], values: turned };
    // "same" of TensorFlow: of an odd rest the larger part goes behind.
    const attributes = layer === 'conv1' ? { pads: [1, 1, 2, 2], strides: [2, 2] } : { pads: [1, 1, 1, 1] };
    nodes.push({ op: 'Conv', inputs: [last, name, `${layer}/bias`], output: layer, attributes });
    nodes.push({ op: 'Relu', inputs: [layer], output: `${layer}/relu` });
    last = `${layer}/relu`;
  }
  return onnxBytes({
    input: ['N', 1, SIDE, SIDE],
    nodes,
    weights,
    output: last,
    outputShape: ['N', 32, 14, 14],
  });
}

async function births(path, backend, images, count) {
  const model = await openModel(path, { backend });
  const kernel = new BirthKernel();
  const found = [];
  await model.forward(images, count, model.layers, (layer, maps) => {
    const number = count * layer.units;
    const out = {
      birthRanks: new Uint32Array(number),
      sums: new Float64Array(number),
      zeros: new Uint32Array(number),
    };
    kernel.measure(maps, layer.height, out);
    found.push({
      layer: layer.name,
      ranks: out.birthRanks,
      maps: Float32Array.from(maps),
      size: layer.height ** 2,
    });
  });
  await model.dispose();
  return found;
}

function compare(one, other) {
  let [all, differ, floats, other_floats] = [0, 0, 0, 0];
  for (const [index, { ranks, maps }] of one.entries()) {
    all += ranks.length;
    ranks.forEach((rank, i) => (differ += rank === other[index].ranks[i] ? 0 : 1));
    floats += maps.length;
    maps.forEach((value, i) => (other_floats += value === other[index].maps[i] ? 0 : 1));
  }
  return { births: all, births_differ: differ, floats, floats_differ: other_floats };
}

const folder = await mkdtemp(join(tmpdir(), 'unitscope-backends-'));
try {
  const train = await digits();
  const steps = Number(options.steps);
  const trained = await trainExampleCnn({
    train,
    folder,
    steps,
    seed: 1,
    snapshotSteps: [0, steps],
    backend: 'wasm',
  });
  const count = perDigit * 10;
  const perClass = train.labels.length / 10;
  const chosen = Array.from(
    { length: count },
    (_, i) => Math.floor(i / perDigit) * perClass + (i % perDigit),
  );
  const images = new Float32Array(count * SIDE * SIDE);
  chosen.forEach((index, i) =>
    images.set(train.images.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE), i * SIDE * SIDE),
  );
  const report = [];
  for (const { step, path } of trained) {
    const onnx = join(folder, `step-${step}.onnx`);
    await writeFile(onnx, await asOnnx(path));
    const made = { onnxruntime: await births(onnx, 'onnxruntime', images, count) };
    for (const backend of ['tfjs-node', 'wasm']) {
      try {
        made[backend] = await births(path, backend, images, count);
      } catch (error) {
        if (error.code !== 'BACKEND_MISSING') throw error;
        process.stderr.write(`${backend} is not there\n`);
      }
    }
    const names = Object.keys(made);
    for (const [i, a] of names.entries())
      for (const b of names.slice(i + 1)) report.push({ step, a, b, ...compare(made[a], made[b]) });
  }
  for (const { step, a, b, ...figures } of report) {
    const share = ((100 * figures.births_differ) / figures.births).toFixed(3);
    const floats = ((100 * figures.floats_differ) / figures.floats).toFixed(1);
    process.stdout.write(
      `step ${step}: ${a} and ${b}: ${figures.births_differ} of ${figures.births} births differ (${share} %), ${floats} % of the floats\n`,
    );
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ backends: report })}\n`);
} finally {
  await rm(folder, { recursive: true });
}
