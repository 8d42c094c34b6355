import { counted, quantile } from '@unitscope/base';
import type { Claim, ClaimData } from './claim.js';
import {
  cleanRuns,
  firstAndLast,
  measureRuns,
  trainings,
  type MeasuredNetwork,
} from '../networks/clean-networks.js';
import { conditionOf, LAYERS, titleOf } from '../networks/configuration.js';
import { changes, networkChanges, unitChanges } from '../measures/layer-changes.js';
import type { LayerMeasures } from '../measures/layer-measures.js';
import type { Measure, Observation } from './measure.js';
import { realTrained } from '../real/real-claims.js';
import { meanSeries, type Sample } from '../networks/series.js';

const MEASURES: readonly Measure[] = [
  {
    name: 'mean_change',
    label: 'H trained − random, mean over all layers (nats)',
    ofPart: 'H trained − random (nats)',
    claimed: { kind: 'below', bound: 0, negligible: 0.05 },
    differences: [0.05, 0.1, 0.2],
  },
  {
    name: 'last_change',
    label: 'H trained − random, last layer',
    claimed: { kind: 'below', bound: 0, negligible: 0.05 },
    differences: [0.05, 0.1, 0.2],
  },
  {
    name: 'rate_change',
    label: 'ε trained − random, all layers but the last',
    ofPart: 'ε trained − random',
    claimed: { kind: 'above', bound: 0, negligible: 0.02 },
    decides: false,
  },
  {
    name: 'last_rate_change',
    label: 'ε trained − random, last layer',
    claimed: { kind: 'below', bound: 0, negligible: 0.02 },
    decides: false,
  },
  {
    name: 'last_relative_change',
    label: 'H / H of noise, last layer',
    ofPart: 'H / H of noise, trained − random',
    claimed: { kind: 'below', bound: 0, negligible: 0.02 },
    decides: false,
  },
  {
    name: 'last_code_change',
    label: 'the code’s H, last layer',
    ofPart: 'the code’s H, trained − random',
  },
  { name: 'lower_layers', label: 'share of layers with lower H', scale: 'share', digits: 2 },
];

/** What is shown of single layers. */
const LAYER_MEASURES = {
  mean_change: 'paper_change',
  rate_change: 'selective_rate_change',
  last_relative_change: 'relative_change',
  last_code_change: 'entropy_change',
} as const;

/** What the chart shows of a layer: a panel each. */
const CHANGES: readonly { readonly label: string; readonly of: (layer: LayerMeasures) => number }[] = [
  { label: 'H, trained − random (nats)', of: ({ entropyPaper }) => entropyPaper },
  { label: 'H / H of noise, trained − random', of: ({ relative }) => relative },
];
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Units of a trained network against those of the same network at random initialisation. */
export const trained: Claim = {
  name: 'trained',
  title: 'Trained against random initialisation',
  paper: {
    letter: 'b',
    where: 'Fig. 5A',
    reports:
      'at random H is higher in every layer, and most in the last; ε of the converged is higher in all layers but the last',
  },
  statement:
    'The units of a trained network have a lower feature entropy than those of the same network at random initialisation, most of all in the last layer; ε is higher in all layers but the last.',
  measures: MEASURES,
  rule: 'The outcome of a network is the change of H (by the paper’s text, mean over all units) in its last layer, and in the mean over its layers. That H is lower in every single layer is not asked: the share of layers stands beside. Supported: both are below 0 (within ±0.05 nats: negligible). Beside it, judged apart: ε as the paper states it (±0.02), and H / H of noise in the last layer (±0.02), which takes out the number of births.',
  controls: [
    'The same network before its first step, the same images, the same m.',
    'H against noise of the same map size and number of births: where ε falls, plug-in H falls with n alone.',
    'Both heads at one rate, number of steps and set of images.',
    'How many (unit, category) cells each mean rests on, and how many have a birth on more than half of the images.',
    'The change of single units, as quantiles: not every unit follows its layer’s mean.',
  ],
  conditions: ({ configurations }) => configurations.map((configuration) => conditionOf(configuration)),
  method: ({ settings }) =>
    `An architecture: ${counted(settings.seeds, 'network')} trained on ${settings.images} images of each class and measured on those images before the first step and after the last.`,
  measure: async (workshop) => {
    const runs = cleanRuns(workshop);
    const networks = await measureRuns(workshop, 'trained', runs, firstAndLast);
    const groups = workshop.settings.configurations.map((configuration) => ({
      title: titleOf(configuration),
      pairs: trainings(networks, configuration).map((steps): Pair => [steps[0], steps.at(-1)]),
    }));
    const data: ClaimData = {
      observations: groups.flatMap(({ title, pairs }) => changesOf(title, pairs)),
      chart: {
        title: 'Trained against random initialisation',
        subtitle: `Each network after its training less the same network before it: below 0, H (by the paper’s text) fell. Mean over networks (seeds), intervals: 95 % by Student’s t. ${workshop.images.name}.`,
        stepLabel: 'convolution, by depth',
        stepScale: 'linear',
        beside: true,
        panels: CHANGES.map(({ label, of }) => ({
          label,
          series: groups.map(({ title, pairs }) => meanSeries(title, changesByDepth(pairs, of))),
          reference: { value: 0, label: 'no change' },
        })),
      },
      tables: [
        {
          caption:
            'Single units: H trained − random (nats; a unit’s H is the mean over the categories in which it is sensitive), quantiles over the units of a layer, mean over networks',
          header: [
            'configuration',
            'layer',
            'units',
            ...QUANTILES.map((share) => `${Math.round(100 * share)} %`),
          ],
          rows: groups.flatMap(({ title, pairs }) =>
            LAYERS.map((layer, index) => spreadRow(title, layer, unitChangesOf(pairs, index))),
          ),
        },
        {
          caption: 'What the means of the trained networks rest on: (unit, category) cells a network',
          header: ['configuration', 'layer', 'cells', 'sensitive', 'birth on more than half of the images'],
          rows: groups.flatMap(({ title, pairs }) =>
            LAYERS.map((layer, index) =>
              cellRow(
                title,
                layer,
                pairs.map(([, last]) => last?.layers[index]),
              ),
            ),
          ),
        },
      ],
      notes: [],
      real: workshop.real === null ? null : await realTrained(workshop, workshop.real),
    };
    return data;
  },
};

/** A network at random initialisation and after its last step. */
type Pair = readonly [random: MeasuredNetwork | undefined, last: MeasuredNetwork | undefined];

/** How each network changed: its one outcome, and, for exploration, its layers. */
function changesOf(configuration: string, pairs: readonly Pair[]): Observation[] {
  return pairs.flatMap(([random, last]) => {
    if (random === undefined || last === undefined) return [];
    const { seed } = last;
    const whole = Object.entries(networkChanges(random.layers, last.layers)).map(([measure, value]) => ({
      ...{ configuration, part: '', measure, seed, value },
    }));
    const layers = LAYERS.flatMap((part, index) => {
      const [before, after] = [random.layers[index], last.layers[index]];
      if (before === undefined || after === undefined) return [];
      const found = changes(before, after);
      return Object.entries(LAYER_MEASURES).map(([measure, of]) => ({
        ...{ configuration, part, measure, seed, value: found[of] ?? NaN },
      }));
    });
    return [...whole, ...layers];
  });
}

/** For each network, how the units of a layer changed. */
function unitChangesOf(pairs: readonly Pair[], layer: number): ReturnType<typeof unitChanges>[] {
  return pairs.flatMap(([random, last]) => {
    const [before, after] = [random?.layers[layer], last?.layers[layer]];
    return before === undefined || after === undefined ? [] : [unitChanges(before, after)];
  });
}

function changesByDepth(pairs: readonly Pair[], of: (layer: LayerMeasures) => number): Sample[] {
  return pairs.flatMap(([random, last]) =>
    (last?.layers ?? []).map((after, index) => ({
      at: index + 1,
      value: of(after) - of(random?.layers[index] ?? after),
    })),
  );
}

function cellRow(
  title: string,
  layer: string,
  layers: readonly (LayerMeasures | undefined)[],
): (string | number)[] {
  const known = layers.filter((found) => found !== undefined);
  const mean = (value: (found: LayerMeasures) => number): number =>
    Math.round(known.reduce((sum, found) => sum + value(found), 0) / known.length);
  return [title, layer, mean((l) => l.cells), mean((l) => l.sensitive), mean((l) => l.mostlyBorn)];
}

function spreadRow(
  title: string,
  layer: string,
  networks: readonly (readonly number[])[],
): (string | number)[] {
  const ordered = networks.map((units) => Float64Array.from(units).sort()).filter(({ length }) => length > 0);
  const mean = (value: (units: Float64Array) => number): number =>
    ordered.reduce((sum, units) => sum + value(units), 0) / ordered.length;
  return [
    title,
    layer,
    ordered.length === 0 ? 0 : Math.round(mean(({ length }) => length)),
    ...QUANTILES.map((share) => signed(mean((units) => quantile(units, share)))),
  ];
}

function signed(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3).replace('-', '−') : '–';
}
