// One thread of the fused benchmark: passes over a batch of images, bare or measured, for as long as it is told.
import { parentPort, workerData } from 'node:worker_threads';
import { openModel } from '@unitscope/models';
import { BirthKernel } from '@unitscope/topology';
import { kernelMemory, LayerSink } from '../../packages/tasks/dist/extract.js';
import { MapMeter } from '../../packages/tasks/dist/map-meter.js';
import { smoothImages } from './smooth-images.mjs';

const { path, batch, seed } = workerData;
const model = await openModel(path);
const layers = model.layers.filter(({ measurable }) => measurable);
const input = smoothImages(model.input, batch, seed);
const kernel = new BirthKernel();

/** What the sweep does with the maps where they are discarded: LayerSink is the sweep's own. */
function sinks() {
  const made = layers.map(
    (layer) =>
      new LayerSink(
        new MapMeter(kernel, layer.height, false),
        null,
        { checkpoint: 0, layer: layer.name, category: 'bench', size: layer.height, units: layer.units },
        'bench',
      ),
  );
  const sinkOf = new Map(layers.map((layer, i) => [layer, made[i]]));
  return (image) => (layer, maps) => sinkOf.get(layer).add(maps, image, batch);
}

function nothing() {
  return () => () => undefined;
}

async function pass(mode, milliseconds) {
  const fused = mode === 'fused';
  const onMaps = fused ? sinks() : nothing();
  const memory = fused ? kernelMemory(kernel) : undefined;
  await model.forward(input, batch, layers, onMaps(0), memory);
  const started = performance.now();
  let images = 0;
  let elapsed = 0;
  for (; elapsed < milliseconds; elapsed = performance.now() - started) {
    await model.forward(input, batch, layers, onMaps(images + batch), memory);
    images += batch;
  }
  return (images / elapsed) * 1000;
}

parentPort.on('message', ({ mode, milliseconds }) => {
  void pass(mode, milliseconds).then((imagesASecond) => parentPort.postMessage({ imagesASecond }));
});
parentPort.postMessage({
  layers: layers.length,
  maps: layers.reduce((sum, { units }) => sum + units, 0),
  floats: layers.reduce((sum, { units, height }) => sum + units * height * height, 0),
});
