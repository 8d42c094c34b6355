import type { Trend } from '../src/trend/trend.js';

const STEPS = [0, 1, 3, 7, 15, 30, 60, 120, 250, 500, 1000];

/** A trend shaped like the demo's: entropy falls with the loss, more so in deeper layers. */
export function demoTrend(layers = ['conv1', 'conv2', 'conv3', 'conv4']): Trend {
  const entropy = (depth: number, step: number): number =>
    2.2 - ((depth + 1) / layers.length) * 1.2 * (step / (step + 60));
  const series = (scale: number) =>
    layers.map((name, depth) => ({
      name,
      points: STEPS.map((step) => {
        const value = entropy(depth, step) / scale;
        return { step, value, low: value * 0.97, high: value * 1.03 };
      }),
    }));
  return {
    title: 'Feature entropy and loss while the example CNN learns digits',
    subtitle: 'Mean over sensitive units and 10 categories; bands: 95 % bootstrap intervals over units.',
    panels: [
      { label: 'mean feature entropy H (nats)', series: series(1) },
      { label: 'H / H of noise', series: series(2.25), reference: { value: 1, label: 'noise' } },
      {
        label: 'training loss (nats)',
        zero: true,
        series: [
          { name: 'loss', points: STEPS.map((step) => ({ step, value: 2.3 * (100 / (100 + step)) })) },
        ],
      },
    ],
  };
}
