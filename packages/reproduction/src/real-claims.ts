import { join } from 'node:path';
import { RescaleError, rescaleModel } from '@unitscope/models';
import type { SideTable, Workshop } from './claim.js';
import { slopes } from './claims/depth.js';
import { rescalingChanges, type RescaledNetwork } from './claims/rescaling.js';
import { changes } from './claims/trained.js';
import { numberAt } from './clean-networks.js';
import type { LayerMeasures } from './layer-measures.js';
import type { Observation } from './measure.js';
import {
  measureReal,
  RANDOM_NETWORKS,
  realLayers,
  trainedAndRandom,
  type RealNetwork,
} from './real-network.js';

/** What a claim gives on a network from elsewhere, judged by itself. */
export interface RealData {
  readonly network: string;
  readonly observations: readonly Observation[];
  readonly tables: readonly SideTable[];
  readonly notes: readonly string[];
}

const ONE_NETWORK = (real: RealNetwork): string =>
  `${real.name}, ${real.categories} photographs as categories with ${real.perCategory} crops each. One trained network: what is repeated are the random initialisations (${RANDOM_NETWORKS}), so this says something about this network, not about its training; figures of the trained network alone have no interval.`;
const FEWEST_LAYERS = 3;
const RESCALED_LAYERS = 3;
const FACTORS = [0.25, 2, 3];

/** The layers of one map size are one case, with the mean over them. */
export async function realTrained(workshop: Workshop, real: RealNetwork): Promise<RealData> {
  const { trained, random } = await trainedAndRandom(workshop, real);
  const observations = mapSizes(trained).flatMap((size) =>
    random.flatMap(({ seed, layers }) => {
      const each = trained.flatMap((after, index) => {
        const before = layers[index];
        return after.mapSize === size && before !== undefined ? [changes(before, after)] : [];
      });
      return Object.keys(each[0] ?? {}).flatMap((measure) => {
        const values = each.map((found) => found[measure] ?? NaN).filter(Number.isFinite);
        const value = values.reduce((sum, found) => sum + found, 0) / values.length;
        return [{ configuration: real.name, part: `${size}×${size}`, measure, seed, value }];
      });
    }),
  );
  const table: SideTable = {
    caption: `Layers of ${real.name}: trained, and the mean of ${random.length} random initialisations`,
    header: [
      'layer',
      'maps',
      'H trained',
      'H random',
      'H / noise trained',
      'random',
      'ε trained',
      'random',
      'sensitive cells',
    ],
    rows: trained.map((layer, index) => {
      const others = random.map(({ layers }) => layers[index]).filter((found) => found !== undefined);
      const mean = (value: (found: LayerMeasures) => number): string =>
        (others.reduce((sum, found) => sum + value(found), 0) / others.length).toFixed(3);
      return [
        layer.layer,
        `${layer.mapSize}×${layer.mapSize}`,
        layer.entropy.toFixed(3),
        mean((found) => found.entropy),
        layer.relative.toFixed(3),
        mean((found) => found.relative),
        layer.selectiveRate.toFixed(3),
        mean((found) => found.selectiveRate),
        `${layer.sensitive} of ${layer.cells}`,
      ];
    }),
  };
  return { network: real.name, observations, tables: [table], notes: [ONE_NETWORK(real)] };
}

/** Slopes within each map size that has layers enough. */
export async function realDepth(workshop: Workshop, real: RealNetwork): Promise<RealData> {
  const { trained, random } = await trainedAndRandom(workshop, real);
  const observations = mapSizes(trained).flatMap((size) => {
    const of = (layers: readonly LayerMeasures[]): LayerMeasures[] =>
      layers.filter(({ mapSize }) => mapSize === size);
    if (of(trained).length < FEWEST_LAYERS) return [];
    return random.flatMap(({ seed, layers }) =>
      Object.entries(slopes(of(layers), of(trained))).map(([measure, value]) => ({
        configuration: real.name,
        part: `${size}×${size} (${of(trained).length} layers)`,
        measure,
        seed,
        value,
      })),
    );
  });
  const whole = random.map(({ layers }) => slopes(layers, trained));
  const mean = (values: readonly number[]): string =>
    (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(4);
  const table: SideTable = {
    caption: 'Without the control of map size: slope over all layers, whatever their map size (nats a layer)',
    header: ['network', 'slope of H', 'slope of H / H of noise'],
    rows: [
      [
        'trained',
        mean(whole.map((s) => s['entropy_slope'] ?? NaN)),
        mean(whole.map((s) => s['relative_slope'] ?? NaN)),
      ],
      ['random', mean(whole.map((s) => s['random_slope'] ?? NaN)), ''],
    ],
  };
  return { network: real.name, observations, tables: [table], notes: [ONE_NETWORK(real)] };
}

/** Some layers, far from each other, are rescaled one at a time; each is one repetition. */
export async function realRescaling(workshop: Workshop, real: RealNetwork): Promise<RealData> {
  const layers = await realLayers(real);
  const checkpoints = [{ path: real.path, label: 'original', meta: { factor: 1, layer: '' } }];
  const chosen: string[] = [];
  const obstacles = new Set<string>();
  for (let place = 0; place < RESCALED_LAYERS; place++) {
    const from = Math.floor((place * layers.length) / RESCALED_LAYERS);
    const until = Math.floor(((place + 1) * layers.length) / RESCALED_LAYERS);
    for (const { name } of layers.slice(from, until)) {
      try {
        for (const factor of FACTORS) {
          const path = join(workshop.copies, real.name, `rescaled-${place}-${factor}.onnx`);
          const found = await rescaleModel(real.path, path, { layer: name, factor, force: true });
          found.obstacles.forEach((obstacle) => obstacles.add(obstacle.split(' at ')[0] ?? obstacle));
          checkpoints.push({
            path,
            label: `${chosen.length + 1}-times-${factor}`,
            meta: { factor, layer: name },
          });
        }
        chosen.push(name);
        break;
      } catch (error) {
        if (!(error instanceof RescaleError)) throw error;
      }
    }
  }
  const measured = await measureReal(
    workshop,
    real,
    'real-rescaling',
    checkpoints,
    layers.map(({ name }) => name),
  );
  const networks = measured.map(({ checkpoint, layers: own }): RescaledNetwork => ({
    seed: 0,
    factor: numberAt(checkpoint, 'factor'),
    layer: String(checkpoint.meta['layer'] ?? ''),
    layers: own,
  }));
  const original = networks.find(({ factor }) => factor === 1);
  const observations =
    original === undefined
      ? []
      : chosen.flatMap((layer, index) =>
          Object.entries(
            rescalingChanges(
              original,
              networks.filter((network) => network.layer === layer && network.factor !== 1),
            ),
          ).map(([measure, value]) => ({
            configuration: real.name,
            part: '',
            measure,
            seed: index + 1,
            value,
          })),
        );
  const what =
    obstacles.size === 0 ? 'nothing stands in the way' : `in the way: ${[...obstacles].join(', ')}`;
  return {
    network: real.name,
    observations,
    tables: [],
    notes: [`${ONE_NETWORK(real)} Here each value is one rescaled layer: ${chosen.join(', ')}; ${what}.`],
  };
}

function mapSizes(layers: readonly LayerMeasures[]): number[] {
  return [...new Set(layers.map(({ mapSize }) => mapSize))].sort((a, b) => b - a);
}
