import { basename, extname, join, relative } from 'node:path';
import { cropPhotos, parsePreprocess } from '@unitscope/datasets';
import {
  modelFiles,
  openModel,
  reinitialiseOnnx,
  writeBound,
  type ImageSize,
  type Layer,
  type WeightsOptions,
} from '@unitscope/models';
import type { ResultCheckpoint } from '@unitscope/query';
import type { Workshop } from '../claims/workshop.js';
import { numberAt, seeds } from '../networks/clean-networks.js';
import { ReproductionOptionError } from '../errors.js';
import { layerMeasures, type LayerMeasures } from '../measures/layer-measures.js';
import type { RealNetwork } from './given-network.js';

export interface RealNetworkOptions {
  readonly model: string;
  /** Weights in place of the network's own. */
  readonly weights?: WeightsOptions | undefined;
  readonly photos: string;
  readonly preprocess: string;
  readonly inputSize?: ImageSize | undefined;
  readonly perPhoto: number;
}

const CROP_SIZE = 256;
/** Networks at random initialisation that the trained one is compared with. */
export const RANDOM_NETWORKS = 3;

/** Checks the network and crops the photographs into `folder`. Throws the InputErrors of both. */
export async function realNetwork(options: RealNetworkOptions, folder: string): Promise<RealNetwork> {
  const { format, files } = await modelFiles(options.model);
  if (format !== 'onnx') {
    throw new ReproductionOptionError(
      `${options.model}: expected an ONNX network, found ${format}; its weights are drawn anew and rescaled in the file`,
    );
  }
  parsePreprocess(options.preprocess);
  const { weights } = options;
  const name = nameOf(weights?.path ?? options.model);
  let path = files[0]?.path ?? options.model;
  if (weights !== undefined) {
    const bound = join(folder, `${name}.onnx`);
    await writeBound(path, bound, weights);
    path = bound;
  }
  const crops = join(folder, `crops-${options.perPhoto}`);
  const categories = await cropPhotos(options.photos, crops, {
    perPhoto: options.perPhoto,
    size: CROP_SIZE,
    seed: 0,
  });
  return {
    name,
    path,
    crops,
    categories: categories.length,
    perCategory: options.perPhoto,
    preprocess: options.preprocess,
    ...(options.inputSize && { inputSize: options.inputSize }),
  };
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}

/** The convolutions that can be measured. */
export async function realLayers({ path, inputSize }: RealNetwork): Promise<Layer[]> {
  const model = await openModel(path, inputSize === undefined ? {} : { inputSize });
  try {
    return model.layers.filter(({ measurable, activation }) => measurable && activation !== null);
  } finally {
    await model.dispose();
  }
}

export interface RealMeasured {
  readonly checkpoint: ResultCheckpoint;
  readonly layers: readonly LayerMeasures[];
}

/** Measures copies of a real network on the crops. */
export async function measureReal(
  workshop: Workshop,
  real: RealNetwork,
  name: string,
  checkpoints: readonly { path: string; label: string; meta: Record<string, string | number> }[],
  layers: readonly string[],
): Promise<RealMeasured[]> {
  const { specs } = workshop;
  const results = await workshop.sweep(name, {
    checkpoints: checkpoints.map((checkpoint) => ({ ...checkpoint, path: relative(specs, checkpoint.path) })),
    layers: [...layers],
    images: { from: 'folder', path: relative(specs, real.crops), perCategory: real.perCategory, seed: 0 },
    preprocess: real.preprocess,
    ...(real.inputSize && { inputSize: [real.inputSize.height, real.inputSize.width] }),
  });
  const found: RealMeasured[] = [];
  for (const checkpoint of results.checkpoints) {
    found.push({ checkpoint, layers: layerMeasures(await results.units(checkpoint)) });
  }
  return found;
}

/** The trained network and its random twins, measured. */
export async function trainedAndRandom(
  workshop: Workshop,
  real: RealNetwork,
): Promise<{
  trained: readonly LayerMeasures[];
  random: { seed: number; layers: readonly LayerMeasures[] }[];
}> {
  const checkpoints = [{ path: real.path, label: 'trained', meta: { seed: 0 } }];
  for (const seed of seeds(RANDOM_NETWORKS)) {
    const path = join(workshop.copies, real.name, `random-${seed}.onnx`);
    await reinitialiseOnnx(real.path, path, seed);
    checkpoints.push({ path, label: `random-${seed}`, meta: { seed } });
  }
  const names = (await realLayers(real)).map(({ name }) => name);
  const measured = await measureReal(workshop, real, 'real-trained', checkpoints, names);
  const trained = measured.find(({ checkpoint }) => checkpoint.label === 'trained')?.layers ?? [];
  const random = measured
    .filter(({ checkpoint }) => checkpoint.label !== 'trained')
    .map(({ checkpoint, layers }) => ({ seed: numberAt(checkpoint, 'seed'), layers }));
  return { trained, random };
}
