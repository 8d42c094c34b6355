import type { Claim, ClaimData, SideTable } from '../claim.js';
import { cleanRuns, measureRuns, trainings } from '../clean-networks.js';
import { LAYERS, titleOf } from '../configuration.js';
import { changes } from '../layer-changes.js';
import type { LayerMeasures } from '../layer-measures.js';
import type { Measure, Observation } from '../measure.js';
import { realTrained } from '../real-claims.js';
import { meanSeries, type Sample } from '../series.js';

const MEASURES: readonly Measure[] = [
  {
    name: 'entropy_change',
    label: 'H trained − random (nats)',
    claimed: { kind: 'below', bound: 0, negligible: 0.05 },
  },
  {
    name: 'relative_change',
    label: 'H / H of noise, trained − random',
    claimed: { kind: 'below', bound: 0, negligible: 0.02 },
  },
  { name: 'millermadow_change', label: 'H (Miller–Madow), trained − random' },
  { name: 'selective_rate_change', label: 'ε trained − random' },
  { name: 'lower_units', label: 'share of units with lower H', digits: 2 },
];

/** Units of a trained network against those of the same network at random initialisation. */
export const trained: Claim = {
  name: 'trained',
  title: 'Trained against random initialisation',
  statement:
    'The units of a trained network have a lower feature entropy than those of the same network at random initialisation, and another selective rate.',
  measures: MEASURES,
  rule: 'A case is one layer of one architecture. Supported: H falls (within ±0.05 nats: negligible), and H / H of noise, which takes out the number of births, falls too (±0.02).',
  controls: [
    'The same network before its first step, the same images, the same m.',
    'H against noise of the same map size and number of births: where ε falls, plug-in H falls with n alone.',
    'How many (unit, category) cells each mean rests on, and how many have a birth on more than half of the images.',
    'The share of single units whose H is lower: not every unit follows its layer’s mean.',
  ],
  method: ({ settings }) =>
    `${settings.seeds} networks an architecture were trained on ${settings.images} images of each of ten classes and measured on those images before the first step and after the last.`,
  measure: async (workshop) => {
    const runs = cleanRuns(workshop);
    const networks = await measureRuns(workshop, 'trained', runs, (run) => [
      'step-0000',
      `step-${String(run.steps).padStart(4, '0')}`,
    ]);
    const observations: Observation[] = [];
    const rows: (string | number)[][] = [];
    const untrained: Sample[] = [];
    const series = [];
    for (const configuration of workshop.settings.configurations) {
      const title = titleOf(configuration);
      const pairs = trainings(networks, configuration).map((steps) => [steps[0], steps.at(-1)] as const);
      for (const [index, part] of LAYERS.entries()) {
        for (const [random, last] of pairs) {
          const [before, after] = [random?.layers[index], last?.layers[index]];
          if (before === undefined || after === undefined || last === undefined) continue;
          for (const [measure, value] of Object.entries(changes(before, after))) {
            observations.push({ configuration: title, part, measure, seed: last.seed, value });
          }
        }
        rows.push(
          cellRow(
            title,
            part,
            pairs.map(([, last]) => last?.layers[index]),
          ),
        );
      }
      const samples = (which: 0 | 1): Sample[] =>
        pairs.flatMap((pair) =>
          (pair[which]?.layers ?? []).map((layer, index) => ({ at: index + 1, value: layer.relative })),
        );
      untrained.push(...samples(0));
      series.push(meanSeries(title, samples(1)));
    }
    // Before training a batch norm is the identity: the convolutions of all architectures are alike.
    series.unshift(meanSeries('random initialisation', untrained));
    const cells: SideTable = {
      caption: 'What the means of the trained networks rest on: (unit, category) cells a network',
      header: ['configuration', 'layer', 'cells', 'sensitive', 'birth on more than half of the images'],
      rows,
    };
    const real = workshop.real === null ? null : await realTrained(workshop, workshop.real);
    const data: ClaimData = {
      observations,
      chart: {
        title: 'Trained against random initialisation',
        subtitle: `H against noise of the same map size and number of births; mean over networks (seeds), bands: 95 % by Student’s t. ${workshop.images.name}.`,
        stepLabel: 'convolution, by depth (all maps 14×14)',
        stepScale: 'linear',
        panels: [{ label: 'H / H of noise', series, reference: { value: 1, label: 'noise' } }],
      },
      tables: [cells],
      notes: [],
      real,
    };
    return data;
  },
};

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
