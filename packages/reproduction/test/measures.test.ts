import { expect, it } from 'vitest';
import { correlations } from '../src/claims/trend.ts';
import { slopes as corruptionSlopes } from '../src/claims/generalization.ts';
import { slopes as depthSlopes } from '../src/measures/layer-slopes.ts';
import { halvesOf } from '../src/claims/images.ts';
import { halvingChanges } from '../src/claims/halving.ts';
import { settingCorrelations } from '../src/claims/hyperparameters.ts';
import { unitDifferences } from '../src/claims/unit.ts';
import { networkChanges } from '../src/measures/layer-changes.ts';
import type { UnitMeasures } from '../src/measures/one-unit.ts';
import { epochSteps, paperSteps } from '../src/networks/training-run.ts';
import { rescalingChanges } from '../src/measures/rescaling-changes.ts';
import type { MeasuredNetwork } from '../src/networks/clean-networks.ts';
import type { LayerMeasures } from '../src/measures/layer-measures.ts';

function layer(entropy: number, over: Partial<LayerMeasures> = {}): LayerMeasures {
  return {
    layer: 'conv1',
    mapSize: 14,
    entropyPaper: entropy,
    entropy,
    millerMadow: entropy,
    relative: entropy / 2.5,
    selectiveRate: 0.9,
    meanActivation: 1,
    l1Norm: 2,
    classSelectivity: 0.3,
    cells: 4,
    sensitive: 4,
    mostlyBorn: 4,
    unitEntropy: Float64Array.of(entropy),
    cellEntropy: Float64Array.of(entropy, entropy),
    ...over,
  };
}

function network(over: Partial<MeasuredNetwork>): MeasuredNetwork {
  return {
    configuration: { maps: 'vgg', head: 'pooling', norm: 'plain' },
    title: '',
    labels: 'clean',
    seed: 1,
    step: 0,
    loss: 1,
    accuracy: 1,
    heldOutAccuracy: 0.8,
    layers: [],
    ...over,
  };
}

it('gives r of H with the loss with and without the first epoch', () => {
  // After the first epoch of two steps both go against each other; what came before makes them agree.
  const steps = [
    network({ step: 0, loss: 9, layers: [layer(9)] }),
    network({ step: 1, loss: 8, layers: [layer(8)] }),
    network({ step: 2, loss: 3, layers: [layer(1)] }),
    network({ step: 4, loss: 2, layers: [layer(2)] }),
    network({ step: 8, loss: 1, layers: [layer(3)] }),
  ];
  const found = correlations(steps, 0, 2);
  expect(found['r_later']).toBeCloseTo(-1, 12);
  expect(found['r']).toBeGreaterThan(0.8);
  expect(found['first_epoch']).toBe(-8);
  expect(found['after']).toBe(2);
});

it('takes the slope over the shares of corrupted labels, the least fit and the greatest loss', () => {
  const levels = [20, 50, 80].map((percent) =>
    network({
      labels: `corrupted-${String(percent).padStart(3, '0')}`,
      accuracy: percent === 50 ? 0.9 : 1,
      loss: percent === 80 ? 0.06 : 0.04,
      layers: [layer(2 + percent / 200)],
    }),
  );
  const found = corruptionSlopes(levels, 0, 0.05);
  expect(found['entropy_slope']).toBeCloseTo(0.5, 12);
  expect(found['least_fit']).toBe(0.9);
  expect(found['loss_to_spare']).toBeCloseTo(-0.01, 12);
});

it('makes one outcome of the layers of a network: of the last and of all', () => {
  const before = [layer(2, { selectiveRate: 0.5 }), layer(2), layer(2, { relative: 1 })];
  const after = [
    layer(1.8, { selectiveRate: 0.7 }),
    layer(2.1),
    layer(1.6, { relative: 0.7, selectiveRate: 0.8 }),
  ];
  const found = networkChanges(before, after);
  expect(found['last_change']).toBeCloseTo(-0.4, 12);
  expect(found['mean_change']).toBeCloseTo((-0.2 + 0.1 - 0.4) / 3, 12);
  expect(found['rate_change']).toBeCloseTo(0.1, 12);
  expect(found['last_rate_change']).toBeCloseTo(-0.1, 12);
  expect(found['last_relative_change']).toBeCloseTo(-0.3, 12);
  expect(found['lower_layers']).toBeCloseTo(2 / 3, 12);
});

it('correlates the settings of one seed with what they have on held-out images', () => {
  const settings = [0.6, 0.7, 0.8].map((heldOutAccuracy, index) =>
    network({ heldOutAccuracy, loss: index, layers: [layer(1), layer(3 - index)] }),
  );
  const found = settingCorrelations(settings);
  expect(found['r_held_out']).toBeCloseTo(-1, 12);
  expect(found['r_loss']).toBeCloseTo(1, 12);
  expect(found['best_minus_worst']).toBe(-2);
  expect(found['accuracy_range']).toBeCloseTo(0.2, 12);
  // Two settings share the first place.
  const tied = [...settings, network({ heldOutAccuracy: 0.8, loss: 0, layers: [layer(1), layer(2)] })];
  expect(settingCorrelations(tied)['best_minus_worst']).toBe(-1.5);
});

const unit = (over: Partial<UnitMeasures> = {}): UnitMeasures => ({
  entropyPaper: 2,
  entropy: 2,
  selectiveRate: 0.9,
  apoz: 0.2,
  l1: 30,
  classSelectivity: 0.5,
  ...over,
});

it('sees what halving changed in one unit', () => {
  const accuracy = 0.8;
  const found = halvingChanges({
    none: { ...unit(), accuracy },
    images: { ...unit({ entropyPaper: 2.1, apoz: 0.25 }), accuracy },
    filters: { ...unit({ l1: 15 }), accuracy },
    both: { ...unit({ l1: 7.5, entropyPaper: 1.9 }), accuracy },
  });
  expect(found['entropy_filters']).toBe(0);
  expect(found['entropy_images']).toBeCloseTo(0.1, 12);
  expect(found['entropy_both']).toBeCloseTo(-0.1, 12);
  expect(found['l1_both']).toBe(0.25);
  expect(found['apoz_images']).toBeCloseTo(0.05, 12);
});

it('puts a trained unit among those at random', () => {
  const random = [2.4, 2.6, 2.8, 1.9].map((entropyPaper) => unit({ entropyPaper, l1: 30 }));
  const found = unitDifferences({ trained: unit(), random });
  expect(found['entropy_difference']).toBeCloseTo(2 - 2.425, 12);
  expect(found['lower_random']).toBe(0.25);
  expect(found['entropy_deviations']).toBeCloseTo(-0.425 / 0.38622100754188224, 9);
  expect(found['l1_deviations']).toBeNaN();
});

it('looks at every power of two of the first epoch, then at each √2', () => {
  expect(epochSteps({ images: 100, classes: 10 })).toBe(20);
  expect(epochSteps({ images: 100, classes: 2 })).toBe(4);
  expect(paperSteps(80, 20)).toEqual([0, 1, 2, 4, 8, 16, 20, 28, 40, 57, 80]);
  expect(paperSteps(3, 20)).toEqual([0, 1, 2, 3]);
});

it('takes the slope over depth, and what is steeper than at random', () => {
  const trained = [layer(2.5), layer(2.3), layer(2.1)];
  const random = [layer(2.4), layer(2.3), layer(2.2)];
  const found = depthSlopes(random, trained);
  expect(found['entropy_slope']).toBeCloseTo(-0.2, 12);
  expect(found['random_slope']).toBeCloseTo(-0.1, 12);
  expect(found['slope_beyond_random']).toBeCloseTo(-0.1, 12);
});

it('counts the cells that rescaling changed, powers of two apart from the rest', () => {
  const copy = (factor: number, second: number, name = 'conv1') => ({
    seed: 1,
    factor,
    layer: name,
    layers: [layer(2, { cellEntropy: Float64Array.of(2, second), l1Norm: 2 * factor })],
  });
  const found = rescalingChanges(copy(1, 2, ''), [copy(2, 2), copy(0.25, 2.5), copy(3, 2.1)]);
  expect(found['changed_by_powers']).toBe(0.25);
  expect(found['largest_change']).toBeCloseTo(0.1, 12);
  expect(found['l1_factor']).toBe(3);
});

it('compares halves that share no image', () => {
  // A unit whose births alternate between its even and odd images is certain in either half.
  const ranks = Uint32Array.from({ length: 40 }, (_, image) => (image % 2 === 0 ? 5 : 9));
  const mixed = Uint32Array.from({ length: 40 }, (_, image) => 5 + (Math.floor(image / 2) % 4));
  const third = Uint32Array.from({ length: 40 }, (_, image) => 5 + (Math.floor(image / 2) % 2));
  const found = halvesOf(
    [ranks, mixed, third].map((own) => ({ mapSize: 14, ranks: own })),
    20,
  );
  expect(found.entropy).toBeCloseTo((0 + Math.log(4) + Math.log(2)) / 3, 12);
  expect(found.reliability).toBeCloseTo(1, 12);
});
