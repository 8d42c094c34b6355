import { quantile } from '@unitscope/base';
import type { TrendSeries } from '@unitscope/plots';
import type { Claim, ClaimData, SideTable } from './claim.js';
import { cleanRuns, measureRuns, trainings } from '../networks/clean-networks.js';
import { LAYERS, titleOf } from '../networks/configuration.js';
import { changes, unitChanges } from '../measures/layer-changes.js';
import type { LayerMeasures } from '../measures/layer-measures.js';
import type { Measure, Observation } from './measure.js';
import { realTrained } from '../real/real-claims.js';
import { meanSeries } from '../networks/series.js';

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

/** What the chart shows of a layer: a panel each. */
const CHANGES: readonly { readonly label: string; readonly of: (layer: LayerMeasures) => number }[] = [
  { label: 'H, trained − random (nats)', of: ({ entropy }) => entropy },
  { label: 'H / H of noise, trained − random', of: ({ relative }) => relative },
];
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

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
    'The change of single units, as quantiles, and the share whose H is lower: not every unit follows its layer’s mean.',
  ],
  method: ({ settings }) =>
    `${settings.seeds} networks an architecture were trained on ${settings.images} images of each class and measured on those images before the first step and after the last.`,
  measure: async (workshop) => {
    const runs = cleanRuns(workshop);
    const networks = await measureRuns(workshop, 'trained', runs, (run) => [
      'step-0000',
      `step-${String(run.steps).padStart(4, '0')}`,
    ]);
    const observations: Observation[] = [];
    const rows: (string | number)[][] = [];
    const spreads: (string | number)[][] = [];
    const panels = CHANGES.map(({ label }) => ({
      label,
      series: [] as TrendSeries[],
      reference: { value: 0, label: 'no change' },
    }));
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
        spreads.push(
          spreadRow(
            title,
            part,
            pairs.flatMap(([random, last]) => {
              const [before, after] = [random?.layers[index], last?.layers[index]];
              return before === undefined || after === undefined ? [] : [unitChanges(before, after)];
            }),
          ),
        );
      }
      for (const [panel, { of }] of CHANGES.entries()) {
        const samples = pairs.flatMap(([random, last]) =>
          (last?.layers ?? []).map((after, index) => ({
            at: index + 1,
            value: of(after) - of(random?.layers[index] ?? after),
          })),
        );
        panels[panel]?.series.push(meanSeries(title, samples));
      }
    }
    const cells: SideTable = {
      caption: 'What the means of the trained networks rest on: (unit, category) cells a network',
      header: ['configuration', 'layer', 'cells', 'sensitive', 'birth on more than half of the images'],
      rows,
    };
    const spread: SideTable = {
      caption:
        'Single units: H trained − random (nats; a unit’s H is the mean over the categories in which it is sensitive), quantiles over the units of a layer, mean over networks',
      header: [
        'configuration',
        'layer',
        'units',
        ...QUANTILES.map((share) => `${Math.round(100 * share)} %`),
      ],
      rows: spreads,
    };
    const real = workshop.real === null ? null : await realTrained(workshop, workshop.real);
    const data: ClaimData = {
      observations,
      chart: {
        title: 'Trained against random initialisation',
        subtitle: `Each network after its training less the same network before it: below 0, H fell. Mean over networks (seeds), bands: 95 % by Student’s t. ${workshop.images.name}.`,
        stepLabel: 'convolution, by depth (all maps 14×14)',
        stepScale: 'linear',
        panels,
      },
      tables: [spread, cells],
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
