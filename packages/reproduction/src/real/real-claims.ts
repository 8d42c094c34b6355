import { join } from 'node:path';
import { RescaleError, rescaleModel } from '@unitscope/models';
import type { Condition } from '../claims/condition.js';
import type { SideTable, Workshop } from '../claims/workshop.js';
import { numberAt } from '../networks/clean-networks.js';
import { networkChanges } from '../measures/layer-changes.js';
import type { LayerMeasures } from '../measures/layer-measures.js';
import { slopes } from '../measures/layer-slopes.js';
import type { Observation } from '../claims/measure.js';
import { measureReal, RANDOM_NETWORKS, realLayers, trainedAndRandom } from './real-network.js';
import { type RealNetwork } from './given-network.js';
import { rescalingChanges, type RescaledNetwork } from '../measures/rescaling-changes.js';

/** What a claim gives on a network from elsewhere, judged by itself. */
export interface RealData {
  readonly network: string;
  /** What its values are repeated over, as there is one network; null: over nothing. */
  readonly repeats: 'random initialisations' | null;
  readonly conditions: readonly Condition[];
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

/** The network is one outcome a random twin; the layers of one map size are explored. */
export async function realTrained(workshop: Workshop, real: RealNetwork): Promise<RealData> {
  const { trained, random } = await trainedAndRandom(workshop, real);
  const configuration = real.name;
  const observations = random.flatMap(({ seed, layers }) => {
    const parts = mapSizes(trained).map((size) => {
      const of = (all: readonly LayerMeasures[]): LayerMeasures[] =>
        all.filter((_, index) => trained[index]?.mapSize === size);
      return { part: `${size}×${size}`, found: networkChanges(of(layers), of(trained)) };
    });
    return [{ part: '', found: networkChanges(layers, trained) }, ...parts].flatMap(({ part, found }) =>
      Object.entries(found)
        .filter(([, value]) => Number.isFinite(value))
        .map(([measure, value]) => ({ configuration, part, measure, seed, value })),
    );
  });
  const table: SideTable = {
    caption: `Layers of ${real.name}: trained, and the mean of ${random.length} random initialisations`,
    header: [
      'layer',
      'maps',
      'H trained',
      'H random',
      'the code’s H trained',
      'random',
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
        layer.entropyPaper.toFixed(3),
        mean((found) => found.entropyPaper),
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
  return { ...common(real), observations, tables: [table], notes: [ONE_NETWORK(real)] };
}

/** The slope over all layers, as the paper has it; those within each map size that has layers enough are explored. */
export async function realDepth(workshop: Workshop, real: RealNetwork): Promise<RealData> {
  const { trained, random } = await trainedAndRandom(workshop, real);
  const configuration = real.name;
  const observations = random.flatMap(({ seed, layers }) => {
    const parts = mapSizes(trained).flatMap((size) => {
      const of = (all: readonly LayerMeasures[]): LayerMeasures[] =>
        all.filter(({ mapSize }) => mapSize === size);
      const own = of(trained);
      if (own.length < FEWEST_LAYERS) return [];
      return [{ part: `${size}×${size} (${own.length} layers)`, found: slopes(of(layers), own) }];
    });
    return [{ part: '', found: slopes(layers, trained) }, ...parts].flatMap(({ part, found }) =>
      Object.entries(found).map(([measure, value]) => ({ configuration, part, measure, seed, value })),
    );
  });
  return { ...common(real), observations, tables: [], notes: [ONE_NETWORK(real)] };
}

/** The network as the one condition. */
function common(real: RealNetwork): Pick<RealData, 'network' | 'repeats' | 'conditions'> {
  return {
    network: real.name,
    repeats: 'random initialisations',
    conditions: [{ name: real.name, asked: 'paper', unmet: null }],
  };
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

/** Some layers, far from each other, are rescaled one at a time: together one outcome, of the one network. */
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
    if (before === undefined || own.length === 0) return [];
    return Object.entries(rescalingChanges(before, own)).map(([measure, value]) => ({
      ...{ configuration: `${real.name}, ${title}`, part: '', measure },
      ...{ seed: 1, value },
    }));
  });
  const chosen = [...new Set(copies.map(({ meta }) => meta.layer))].join(', ');
  const ways = PLACES.flatMap((place) => {
    const own = [...(obstacles.get(place) ?? [])];
    if (!copies.some(({ meta }) => meta.place === place.at)) return [];
    return `${own.length === 0 ? 'nothing' : own.join(', ')} (${place.title})`;
  });
  return {
    network: real.name,
    repeats: null,
    conditions: PLACES.filter((place) => copies.some(({ meta }) => meta.place === place.at)).map((place) =>
      placeCondition(real, place, [...(obstacles.get(place) ?? [])]),
    ),
    observations,
    tables: [],
    notes: [
      `${CATEGORIES(real)} One trained network, ${chosen} rescaled one at a time: it is one outcome, which has no interval and says something about this network alone. What stands in the way: ${ways.join('; ')}.`,
    ],
  };
}

/** Where something stands in the way the premise is not met. */
function placeCondition(real: RealNetwork, { title }: Place, obstacles: readonly string[]): Condition {
  const unmet = obstacles.length === 0 ? null : `${obstacles.join(', ')} in the way`;
  return { name: `${real.name}, ${title}`, asked: 'paper', unmet };
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
