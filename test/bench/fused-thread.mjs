// One thread of the fused benchmark: passes over a batch of images, plain, bare or measured, for as long as it is told.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { openModel } from '@unitscope/models';
import { BirthKernel } from '@unitscope/topology';
import { kernelMemory, LayerSink } from '../../packages/tasks/dist/run/extract.js';
import { MapMeter } from '../../packages/tasks/dist/run/map-meter.js';
import { smoothImages } from './smooth-images.mjs';

const { path, batch, seed } = workerData;
// As a sweep has it after its first seconds: the first pass of a mode, which is not timed, opens it.
process.env.UNITSCOPE_ONNX_BLOCKS ??= 'always';
const model = await openModel(path);
const layers = model.layers.filter(({ measurable }) => measurable);
const input = smoothImages(model.input, batch, seed);
const kernel = new BirthKernel();

// Plain inference as any user of onnxruntime-node does it: nothing but the network's own outputs is fetched.
const ort = createRequire(new URL('../../packages/models/package.json', import.meta.url))('onnxruntime-node');
const session = await ort.InferenceSession.create(readFileSync(path), {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
});
const { height, width, channels } = model.input;
const planes = new Float32Array(input.length);
for (let image = 0; image < batch; image++)
  for (let pixel = 0; pixel < height * width; pixel++)
    for (let channel = 0; channel < channels; channel++)
      planes[(image * channels + channel) * height * width + pixel] =
        input[(image * height * width + pixel) * channels + channel];
const [name] = session.inputNames;
const plain = () =>
  session.run({ [name]: new ort.Tensor('float32', planes, [batch, channels, height, width]) });

/** What the sweep does with the maps where they are discarded: LayerSink is the sweep's own. */
function sinks() {
  const made = layers.map(
    (layer) =>
      new LayerSink(
        new MapMeter(kernel, layer.height, false),
        null,
        {
          ...{ checkpoint: 0, layer: layer.name, layerIndex: null, category: 'bench' },
          ...{ size: layer.height, units: layer.units },
        },
        'bench',
      ),
  );
  const sinkOf = new Map(layers.map((layer, i) => [layer, made[i]]));
  return (image) => (layer, maps, block) => sinkOf.get(layer)?.add(maps, image, batch, block);
}

function nothing() {
  return () => () => undefined;
}

function passOf(mode) {
  if (mode === 'plain') return plain;
  const onMaps = mode === 'fused' ? sinks() : nothing();
  const memory = mode === 'fused' ? kernelMemory(kernel, true) : undefined;
  return (image) => model.forward(input, batch, layers, onMaps(image), memory);
}

async function run(mode, milliseconds) {
  const pass = passOf(mode);
  await pass(0);
  const started = performance.now();
  let images = batch;
  let elapsed = 0;
  for (; elapsed < milliseconds; elapsed = performance.now() - started) {
    await pass(images);
    images += batch;
  }
  return { images, imagesASecond: ((images - batch) / elapsed) * 1000 };
}

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
port.on('message', ({ mode, milliseconds }) => {
  void run(mode, milliseconds).then((done) => port.postMessage(done));
});
port.postMessage({
  layers: layers.length,
  maps: layers.reduce((sum, { units }) => sum + units, 0),
  floats: layers.reduce((sum, { units, height }) => sum + units * height * height, 0),
});
