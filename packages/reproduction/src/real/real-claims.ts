import { join } from 'node:path';
import { RescaleError, rescaleModel } from '@unitscope/models';
import type { SideTable, Workshop } from '../claims/workshop.js';
import { numberAt } from '../networks/clean-networks.js';
import { changes } from '../measures/layer-changes.js';
import type { LayerMeasures } from '../measures/layer-measures.js';
import { slopes } from '../measures/layer-slopes.js';
import type { Observation } from '../claims/measure.js';
import { measureReal, RANDOM_NETWORKS, realLayers, trainedAndRandom } from './real-network.js';
import { type RealNetwork } from './given-network.js';
import { rescalingChanges, type RescaledNetwork } from '../measures/rescaling-changes.js';

/** What a claim gives on a network from elsewhere, judged by itself. */
export interface RealData {
  readonly network: string;
  readonly observations: readonly Observation[];
  readonly tables: readonly SideTable[];
  readonly notes: readonly string[];
}

const CATEGORIES = (real: RealNetwork): string =>
  `${real.name}, ${real.categories} photographs as categories with ${real.perCategory} crops each.`;
const ONE_NETWORK = (real: RealNetwork): string =>
  `${CATEGORIES(real)} One trained network: what is repeated are the random initialisations (${RANDOM_NETWORKS}), so this says something about this network, not about its training; figures of the trained network alone have no interval.`;
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
      'birth on more than half of the images',
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
        layer.mostlyBorn,
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
    (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(4).replace('-', '−');
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

/** What is multiplied: the convolution, and, where batch norms follow, their gain and shift too. */
const PLACES = [
  { at: 'convolution', title: 'kernel rescaled' },
  { at: 'normalisation', title: 'gain and shift of the batch norm rescaled' },
] as const;
type Place = (typeof PLACES)[number];

interface RescaledCopy {
  readonly path: string;
  readonly label: string;
  readonly meta: { readonly factor: number; readonly layer: string; readonly place: string };
}

/** Some layers, far from each other, are rescaled one at a time; each is one repetition. */
export async function realRescaling(workshop: Workshop, real: RealNetwork): Promise<RealData> {
  const layers = await realLayers(real);
  const names = layers.map(({ name }) => name);
  const copies: RescaledCopy[] = [];
  const obstacles = new Map<Place, Set<string>>();
  for (const place of PLACES) {
    const found = await rescaledCopies(workshop, real, names, place);
    copies.push(...found.copies);
    obstacles.set(place, found.obstacles);
  }
  const original = { path: real.path, label: 'original', meta: { factor: 1, layer: '', place: '' } };
  const measured = await measureReal(workshop, real, 'real-rescaling', [original, ...copies], names);
  const networks = measured.map(({ checkpoint, layers: own }) => ({
    place: String(checkpoint.meta['place'] ?? ''),
    network: {
      seed: 0,
      factor: numberAt(checkpoint, 'factor'),
      layer: String(checkpoint.meta['layer'] ?? ''),
      layers: own,
    } satisfies RescaledNetwork,
  }));
  const before = networks.find(({ place }) => place === '')?.network;
  const observations = PLACES.flatMap(({ at, title }) => {
    const own = networks.filter(({ place }) => place === at).map(({ network }) => network);
    const chosen = [...new Set(own.map(({ layer }) => layer))];
    return chosen.flatMap((layer, index) =>
      before === undefined
        ? []
        : Object.entries(
            rescalingChanges(
              before,
              own.filter((network) => network.layer === layer),
            ),
          ).map(([measure, value]) => ({
            configuration: `${real.name}, ${title}`,
            part: '',
            measure,
            seed: index + 1,
            value,
          })),
    );
  });
  const chosen = [...new Set(copies.map(({ meta }) => meta.layer))].join(', ');
  const ways = PLACES.flatMap((place) => {
    const own = [...(obstacles.get(place) ?? [])];
    if (!copies.some(({ meta }) => meta.place === place.at)) return [];
    return `${own.length === 0 ? 'nothing' : own.join(', ')} (${place.title})`;
  });
  return {
    network: real.name,
    observations,
    tables: [],
    notes: [
      `${CATEGORIES(real)} One trained network: each value is one of its layers rescaled (${chosen}), so this says something about this network alone. What stands in the way: ${ways.join('; ')}.`,
    ],
  };
}

/** Copies of a network with layers rescaled that can be, one of each part of its depth. */
async function rescaledCopies(
  { copies }: Workshop,
  real: RealNetwork,
  layers: readonly string[],
  { at }: Place,
): Promise<{ copies: RescaledCopy[]; obstacles: Set<string> }> {
  const made: RescaledCopy[] = [];
  const obstacles = new Set<string>();
  for (let part = 0; part < RESCALED_LAYERS; part++) {
    const from = Math.floor((part * layers.length) / RESCALED_LAYERS);
    const until = Math.floor(((part + 1) * layers.length) / RESCALED_LAYERS);
    for (const layer of layers.slice(from, until)) {
      try {
        for (const factor of FACTORS) {
          const path = join(copies, real.name, `${at}-${part}-${factor}.onnx`);
          const found = await rescaleModel(real.path, path, { layer, factor, at, force: true });
          for (const obstacle of found.obstacles) obstacles.add(kindOf(obstacle));
          made.push({ path, label: `${at}-${part + 1}-times-${factor}`, meta: { factor, layer, place: at } });
        }
        break;
      } catch (error) {
        // A layer that a shortcut reads, or that no batch norm follows: the next one.
        if (!(error instanceof RescaleError)) throw error;
      }
    }
  }
  return { copies: made, obstacles };
}

/** An obstacle without the name of its place. */
function kindOf(obstacle: string): string {
  return obstacle.startsWith('the normalisation')
    ? 'the batch norm'
    : (obstacle.split(' at ')[0] ?? obstacle);
}

function mapSizes(layers: readonly LayerMeasures[]): number[] {
  return [...new Set(layers.map(({ mapSize }) => mapSize))].sort((a, b) => b - a);
}
