import { join, relative } from 'node:path';
import { counted, meanOf } from '@unitscope/base';
import { rescaleModel } from '@unitscope/models';
import type { Claim } from './claim.js';
import type { Condition } from './condition.js';
import type { Workshop } from './workshop.js';
import { numberAt, seeds } from '../networks/clean-networks.js';
import { conditionOf, type Configuration } from '../networks/configuration.js';
import { imagesSpec, PREPROCESS } from '../networks/example-images.js';
import { layerMeasures } from '../measures/layer-measures.js';
import type { Measure, Observation } from './measure.js';
import { realRescaling } from '../real/real-claims.js';
import { differences, rescalingChanges, type RescaledNetwork } from '../measures/rescaling-changes.js';
import type { TrendSeries } from '@unitscope/plots';
import { meanSeries } from '../networks/series.js';
import type { Settings } from '../settings.js';
import { cleanRun, snapshotPath, type Activation, type TrainingRun } from '../networks/training-run.js';

/** Mean |ΔH| that rounding alone may make. */
const ROUNDING = 0.01;

const MEASURES: readonly Measure[] = [
  {
    name: 'changed_by_powers',
    label: 'share of cells whose H differs, c a power of two',
    scale: 'share',
    claimed: { kind: 'within', tolerance: 0 },
    digits: 4,
  },
  {
    name: 'mean_change',
    label: 'mean |ΔH|, c = 3 (nats)',
    scale: 'amount',
    claimed: { kind: 'within', tolerance: ROUNDING },
    digits: 5,
  },
  { name: 'largest_change', label: 'largest |ΔH|, c = 3', scale: 'amount', digits: 3 },
  { name: 'mean_change_by_powers', label: 'mean |ΔH|, c a power of two', scale: 'amount', digits: 5 },
  { name: 'l1_factor', label: 'L1 norm × , c = 3', scale: 'amount', digits: 2 },
  { name: 'activation_factor', label: 'mean activation × , c = 3', digits: 2 },
];

/** Networks whose layers are rescaled: which, and what is multiplied. */
interface Variant {
  readonly configuration: Configuration;
  readonly activation: Activation;
  readonly at: 'convolution' | 'normalisation';
  readonly condition: Condition;
}

/** H under a rescaling that leaves the network's function as it is. */
export const rescaling: Claim = {
  name: 'rescaling',
  title: 'Rescaling',
  paper: {
    letter: 'h',
    where: 'its properties of feature entropy',
    reports:
      'H stays where weights are rescaled without changing the function; L1 norm and mean activation do not',
  },
  statement:
    'Scaling a layer’s weights and bias by c > 0 and the next layer’s weights by 1/c leaves feature entropy as it was, while L1 norm and mean activation change.',
  measures: MEASURES,
  rule: `It is claimed of any network, so every architecture has a verdict. Supported: in every network no (unit, category) cell of any layer has another H when c is a power of two (to the bit), and the mean |ΔH| at c = 3 is at most ${ROUNDING} nats. It is one layer at a time that is rescaled. Not applicable where what follows the layer does not pass a factor on: there the rescaled network computes something else, and the figures are a control.`,
  controls: [
    'Powers of two are exact in floating point; 3 is not, and shows the size of rounding.',
    'ReLU6 and SiLU, which are not positively homogeneous.',
    'Batch norm after the convolution: with its kernel rescaled the stored mean and variance no longer fit; with gain and shift of the norm rescaled instead, nothing stands between.',
    'L1 norm and mean activation of the rescaled layer, which change by c.',
  ],
  conditions: (settings) => variantsOf(settings).map(({ condition }) => condition),
  method: ({ settings }) =>
    `Of ${counted(settings.seeds, 'trained network')} an architecture, ${settings.rescaling.layers.join(', ')} were rescaled one at a time by c = ${settings.rescaling.factors.join(', ')}, and all layers measured on the training images.`,
  measure: async (workshop) => {
    const variants = variantsOf(workshop.settings).map((variant) => ({
      ...variant,
      runs: seeds(workshop.settings.seeds).map((seed) =>
        cleanRun(workshop.images.source, workshop.settings, variant.configuration, seed, {
          activation: variant.activation,
        }),
      ),
    }));
    await workshop.train(variants.flatMap(({ runs }) => runs));
    const observations: Observation[] = [];
    const changes = new Map<string, TrendSeries[]>();
    for (const [index, variant] of variants.entries()) {
      const found = await measureVariant(workshop, variant, `rescaling-${index + 1}`);
      observations.push(...found.observations);
      const { head } = variant.configuration;
      const own = changes.get(head) ?? [];
      changes.set(head, [...own, meanSeries(nameOfChange(variant), found.samples)]);
    }
    const real = workshop.real === null ? null : await realRescaling(workshop, workshop.real);
    return {
      observations,
      chart: {
        title: 'Change of H when one layer is rescaled by c',
        subtitle: `Mean |ΔH| over all (unit, category) cells of all layers; mean over networks (seeds), intervals: 95 % by Student’s t. ${workshop.images.name}.`,
        stepLabel: 'factor c',
        beside: true,
        panels: [...changes].map(([head, series]) => ({
          label: `mean |ΔH| (nats): ${head} head`,
          series,
          zero: true,
          possible: [0, Infinity],
        })),
      },
      tables: [],
      notes: [],
      real,
    };
  },
};

/** What sets it apart from the others with its head: a panel has one head. */
function nameOfChange({ condition, configuration }: Variant): string {
  return condition.name.replace(`${configuration.head} head, `, '');
}

/** Where a factor does not come through, and why. */
const BENT = {
  relu6: 'ReLU6 cuts at 6, whatever the factor',
  silu: 'SiLU is not positively homogeneous',
} as const;

function variantsOf({ configurations, rescaling: { bent } }: Settings): Variant[] {
  const asked = (configuration: Configuration, detail: string, unmet: string | null): Condition => ({
    ...conditionOf(configuration, detail, unmet),
    asked: 'paper',
  });
  const plain = configurations.flatMap((configuration): Variant[] => {
    const relu = { configuration, activation: 'relu' } as const;
    if (configuration.norm === 'plain')
      return [{ ...relu, at: 'convolution', condition: asked(configuration, 'ReLU', null) }];
    const unmet = 'the batch norm’s stored mean and variance no longer fit';
    return [
      { ...relu, at: 'convolution', condition: asked(configuration, 'ReLU, kernel rescaled', unmet) },
      {
        ...relu,
        at: 'normalisation',
        condition: asked(configuration, 'ReLU, gain and shift rescaled', null),
      },
    ];
  });
  const others = bent.flatMap((configuration) =>
    (['relu6', 'silu'] as const).map((activation): Variant => {
      const name = activation === 'silu' ? 'SiLU' : 'ReLU6';
      return {
        ...{ configuration, activation, at: 'convolution' },
        condition: asked(configuration, name, BENT[activation]),
      };
    }),
  );
  return [...plain, ...others];
}

interface VariantFound {
  readonly observations: Observation[];
  readonly samples: { at: number; value: number }[];
}

/** Rescales copies of a variant's networks and measures them beside the networks as they were. */
async function measureVariant(
  workshop: Workshop,
  variant: Variant & { readonly runs: readonly TrainingRun[] },
  sweep: string,
): Promise<VariantFound> {
  const { settings, specs, networks, copies, images } = workshop;
  const checkpoints: Record<string, unknown>[] = [];
  for (const run of variant.runs) {
    const original = join(networks, snapshotPath(run, run.steps));
    checkpoints.push({
      path: relative(specs, original),
      label: `seed-${run.replicate}/original`,
      meta: { seed: run.replicate, factor: 1, layer: '' },
    });
    for (const layer of settings.rescaling.layers) {
      for (const factor of settings.rescaling.factors) {
        const copy = join(copies, run.name, variant.at, `${layer}-${factor}.onnx`);
        await rescaleModel(original, copy, { layer, factor, at: variant.at, force: true });
        checkpoints.push({
          path: relative(specs, copy),
          label: `seed-${run.replicate}/${layer}-times-${factor}`,
          meta: { seed: run.replicate, factor, layer },
        });
      }
    }
  }
  const results = await workshop.sweep(sweep, {
    checkpoints,
    images: imagesSpec(images, variant.runs[0]?.perCategory ?? 1),
    preprocess: PREPROCESS,
  });
  const measured: RescaledNetwork[] = [];
  for (const checkpoint of results.checkpoints) {
    measured.push({
      seed: numberAt(checkpoint, 'seed'),
      factor: numberAt(checkpoint, 'factor'),
      layer: String(checkpoint.meta['layer'] ?? ''),
      layers: layerMeasures(await results.units(checkpoint)),
    });
  }
  const observations: Observation[] = [];
  const samples: VariantFound['samples'] = [];
  for (const seed of [...new Set(measured.map((network) => network.seed))].sort((a, b) => a - b)) {
    const own = measured.filter((network) => network.seed === seed);
    const original = own.find(({ factor }) => factor === 1);
    if (original === undefined) continue;
    const rescaled = own.filter(({ factor }) => factor !== 1);
    for (const [measure, value] of Object.entries(rescalingChanges(original, rescaled))) {
      observations.push({ configuration: variant.condition.name, part: '', measure, seed, value });
    }
    samples.push({ at: 1, value: 0 });
    for (const network of rescaled) {
      samples.push({ at: network.factor, value: meanOf(differences(original, network)) });
    }
  }
  return { observations, samples };
}
