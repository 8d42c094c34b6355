import { expect, it } from 'vitest';
import { correlations } from '../src/claims/trend.ts';
import { slopes as corruptionSlopes } from '../src/claims/generalization.ts';
import { slopes as depthSlopes } from '../src/measures/layer-slopes.ts';
import { halvesOf } from '../src/claims/images.ts';
import { rescalingChanges } from '../src/measures/rescaling-changes.ts';
import type { MeasuredNetwork } from '../src/networks/clean-networks.ts';
import type { LayerMeasures } from '../src/measures/layer-measures.ts';

function layer(entropy: number, over: Partial<LayerMeasures> = {}): LayerMeasures {
  return {
    layer: 'conv1',
    mapSize: 14,
    entropy,
    millerMadow: entropy,
    relative: entropy / 2.5,
    selectiveRate: 0.9,
    meanActivation: 1,
    l1Norm: 2,
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
    configuration: { head: 'pooling', norm: 'plain' },
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

it('gives r of H with the loss with and without step 0', () => {
  // Without step 0 the two go against each other; step 0 alone makes them agree.
  const steps = [
    network({ step: 0, loss: 9, layers: [layer(9)] }),
    network({ step: 1, loss: 3, layers: [layer(1)] }),
    network({ step: 2, loss: 2, layers: [layer(2)] }),
    network({ step: 4, loss: 1, layers: [layer(3)] }),
  ];
  const found = correlations(steps, 0);
  expect(found['r_without_first']).toBeCloseTo(-1, 12);
  expect(found['r']).toBeGreaterThan(0.8);
});

it('takes the slope over the shares of corrupted labels, and the least fit', () => {
  const levels = [0, 50, 100].map((percent) =>
    network({
      labels: `corrupted-${String(percent).padStart(3, '0')}`,
      accuracy: percent === 50 ? 0.9 : 1,
      layers: [layer(2 + percent / 200)],
    }),
  );
  const found = corruptionSlopes(levels, 0);
  expect(found['entropy_slope']).toBeCloseTo(0.5, 12);
  expect(found['least_fit']).toBe(0.9);
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
