import type { Tensor } from '@tensorflow/tfjs-core';
import { BirthKernel } from '@unitscope/topology';
import { noiseImage } from '../independence/noise.js';
import { croppable, type Layer } from '../layer.js';
import type { OpenOptions } from '../model.js';
import { splitNetwork } from '../graph/network-split.js';
import { plainBackend, type TensorBackend } from '../tfjs/tensor-backend.js';
import { TfjsModel, type TfjsNetwork } from '../tfjs/tfjs-model.js';
import { channelsFirst } from '../unit-maps.js';
import { LayerComparison, type LayerCheck } from './layer-check.js';

interface Part {
  readonly comparison: LayerComparison;
  readonly tap: string;
  /** Tensors of the network from which the tap is made. */
  readonly reads: readonly string[];
}

/** A tensor of the network, to be fed to a part of it on another backend. */
interface Known {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Makes the maps of each layer again with tfjs' plain JavaScript backend, from what the network hands the convolution to
 * the tap. It is slow: layers are checked in their order while the multiplications of all are within `work`.
 */
export async function checkTfjs(
  path: string,
  load: (tensors: TensorBackend) => Promise<TfjsNetwork>,
  tensors: TensorBackend,
  images: number,
  work: number,
  options: OpenOptions,
): Promise<LayerCheck[]> {
  const plain = await plainBackend();
  const reference = await load(plain);
  await tensors.use();
  const network = await load(tensors);
  const model = await TfjsModel.open(path, network, tensors, options);
  try {
    const kernel = new BirthKernel();
    const parts = model.layers
      .filter((layer) => croppable(layer, 'crop').measurable)
      .map((layer) => partOf(network, model, layer, kernel));
    let left = work;
    for (const { comparison } of parts) {
      left -= images * multiplications(network, model, comparison.layer);
      if (left < 0) comparison.giveUp('it would take long here; `unitscope layers MODEL --check` does it');
    }
    for (let image = 0; image < images; image++) {
      const { height, width, channels } = model.input;
      const pixels = noiseImage(height * width * channels, image);
      await checkImage(network, reference, tensors, plain, model, parts, pixels);
    }
    return parts.map(({ comparison }) => comparison.outcome(false));
  } finally {
    await model.dispose();
    reference.dispose();
    await tensors.use();
  }
}

function partOf(network: TfjsNetwork, model: TfjsModel, layer: Layer, kernel: BirthKernel): Part {
  const comparison = new LayerComparison(layer, kernel);
  const { op, tensor } = model.tapAt(layer);
  const nodes = network.ops.map(({ inputs, output }) => ({ inputs, outputs: [output] }));
  const split = splitNetwork(nodes, network.input, op.inputs, [tensor]);
  if (split === null) comparison.giveUp('its tap does not follow from its input');
  return { comparison, tap: tensor, reads: [...new Set([...op.inputs, ...(split?.boundary ?? [])])] };
}

function multiplications(network: TfjsNetwork, model: TfjsModel, layer: Layer): number {
  const { op } = model.tapAt(layer);
  const kernel = op.convolution === undefined ? null : network.kernel(op);
  const weights = kernel?.shape.reduce((product, size) => product * size, 1) ?? layer.units;
  return weights * layer.height * layer.width;
}

async function checkImage(
  network: TfjsNetwork,
  reference: TfjsNetwork,
  tensors: TensorBackend,
  plain: TensorBackend,
  model: TfjsModel,
  parts: readonly Part[],
  pixels: Float32Array,
): Promise<void> {
  const { height, width, channels } = model.input;
  const open = parts.filter(({ comparison }) => comparison.isOpen);
  const found = new Map<Layer, Float32Array>();
  await model.forward(
    pixels,
    1,
    open.map(({ comparison }) => comparison.layer),
    (layer, maps) => {
      found.set(layer, maps.slice());
    },
  );
  const image = { shape: [1, height, width, channels], values: pixels };
  const reads = new Set(open.flatMap((part) => part.reads));
  const known = await collect(network, tensors, new Map([[network.input, image]]), reads);
  known.set(network.input, image);
  await plain.use();
  for (const { comparison, tap, reads: names } of open) {
    const feeds = new Map(
      names.flatMap((name) => (known.has(name) ? [[name, known.get(name) as Known]] : [])),
    );
    try {
      const made = (await collect(reference, plain, feeds, new Set([tap]))).get(tap);
      const { units, height: rows, width: columns } = comparison.layer;
      const maps = channelsFirst(made?.values ?? new Float32Array(), 1, rows * columns, units);
      comparison.add(found.get(comparison.layer) ?? new Float32Array(), maps);
    } catch (cause) {
      comparison.giveUp(cause instanceof Error ? cause.message : String(cause));
    }
  }
}

/** Runs a network from some tensors to others. */
async function collect(
  network: TfjsNetwork,
  { tf }: TensorBackend,
  feeds: ReadonlyMap<string, Known>,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Known>> {
  const given = new Map<string, Tensor>(
    [...feeds].map(([name, { values, shape }]) => [name, tf.tensor(values, [...shape])]),
  );
  const made = new Map<string, Known>();
  try {
    await network.run(given, wanted, async (name, tensor) => {
      made.set(name, { shape: [...tensor.shape], values: Float32Array.from(await tensor.data<'float32'>()) });
    });
  } finally {
    for (const tensor of given.values()) tensor.dispose();
  }
  return made;
}
